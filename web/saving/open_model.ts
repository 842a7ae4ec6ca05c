// Files of models that are open, without a model yet.
import type { Config } from '../base/config.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import type { CoreObject } from '../boundary/registry.js';
import { ValueError } from '../errors/errors.js';
import type { Signal } from '../runtime/platform/platform_types.js';
import type { CustomObjects } from '../serialization/custom_objects.js';
import type { FileSource } from './file_set.js';
import { openFileToRead } from './file_to_read.js';
import type { FileToRead, SavedModel } from './formats/file_format.js';
import { readLoadOptions, readSavedModel, reviveModel, type LoadOptions } from './load_model.js';
import { layersIn, recordIn, type LayerRecord } from './model_records.js';
import type { LoadProgress } from './progress.js';

export interface OpenOptions {
  /** As for `loadModel`. */
  maxConfigBytes?: number;
  /** Called while the file is downloaded. */
  onProgress?: (progress: LoadProgress) => void;
  /** As for `loadModel`. */
  cache?: string;
  /** Stops opening; the reason of the signal is thrown. */
  signal?: Signal;
}

const optionNames: OptionNames<OpenOptions> = {
  maxConfigBytes: true,
  onProgress: true,
  cache: true,
  signal: true,
};

/** The open file of a model; see `openModel`. It stays open until `dispose()`. */
export class OpenedModel<M extends CoreObject = CoreObject> {
  /** `keras`, `h5`, or `tfjs` for a layers model of TensorFlow.js. */
  readonly format: string;
  /** The record of the model as the file has it, in the dialect of the Keras that wrote it. NaN and infinities are null. */
  readonly config: Config;
  /** The layers in the config, nested as the models are; empty for a model of a class without such a list. */
  readonly layers: readonly LayerRecord[];
  /** What the file states about itself, such as `keras_version`. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly #file: FileToRead;
  readonly #saved: SavedModel;
  #isOpen = true;

  /** @internal Use `openModel()`. */
  constructor(file: FileToRead, saved: SavedModel, format: string) {
    this.#file = file;
    this.#saved = saved;
    this.format = format;
    this.config = recordIn(saved.config);
    this.layers = layersIn(this.config);
    this.metadata = saved.metadata;
  }

  /**
   * Reads the weights and makes the model; a new one for each call.
   *
   * @param given as for `loadModel`.
   * @throws as `loadModel`; ValueError after `dispose()`.
   */
  async load(given?: LoadOptions | CustomObjects | null): Promise<M> {
    if (!this.#isOpen) throw new ValueError(`${this.#file.name} is closed: it was disposed of.`);
    return (await reviveModel(this.#saved, readLoadOptions('load()', given))) as M;
  }

  /** Closes the file. Models that were loaded stay usable. */
  async dispose(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#saved.close();
    await this.#file.input.close();
  }
}

/** `openModel` of `web/models/load_model.ts`, without the type of models. */
export async function openModel(source: FileSource, given?: OpenOptions): Promise<OpenedModel> {
  const options = readOptions('openModel()', given, optionNames);
  const file = await openFileToRead(source, options);
  try {
    const { saved, format } = await readSavedModel(file, options.maxConfigBytes);
    return new OpenedModel(file, saved, format);
  } catch (error) {
    await file.input.close();
    throw error;
  }
}
