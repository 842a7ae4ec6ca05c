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
import {
  readLoadOptions,
  readSavedModel,
  reviveModel,
  type FoundModel,
  type LoadOptions,
} from './load_model.js';
import { layersIn, recordIn, type LayerRecord } from './model_records.js';
import type { LoadProgress, ReadingOptions } from './progress.js';

export interface OpenOptions {
  /** As for `loadModel`. */
  maxConfigBytes?: number;
  /** Called while the file is downloaded as a whole: without ranges, or with `cache`. */
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
  readonly #reading: ReadingNow;
  #loading: Promise<unknown> = Promise.resolve();
  #isOpen = true;

  /** @internal Use `openModel()`. */
  constructor(file: FileToRead, { saved, format }: FoundModel, reading: ReadingNow) {
    this.#file = file;
    this.#saved = saved;
    this.#reading = reading;
    this.format = format;
    this.config = recordIn(saved.config);
    this.layers = layersIn(this.config);
    this.metadata = saved.metadata;
  }

  /**
   * Reads the weights and makes the model; a new one for each call. Calls load one after another.
   *
   * @param given as for `loadModel`.
   * @throws as `loadModel`; ValueError after `dispose()`.
   */
  async load(given?: LoadOptions | CustomObjects | null): Promise<M> {
    const options = readLoadOptions('load()', given);
    const loading = this.#loading.then(() => this.#load(options));
    this.#loading = loading.catch(() => undefined);
    return await loading;
  }

  async #load(options: LoadOptions): Promise<M> {
    if (!this.#isOpen) throw new ValueError(`${this.#file.name} is closed: it was disposed of.`);
    const { onProgress, signal } = options;
    follow(this.#reading, { onProgress, signal });
    try {
      return (await reviveModel(this.#saved, options)) as M;
    } finally {
      follow(this.#reading, {});
    }
  }

  /** Closes the file. Models that were loaded stay usable. */
  async dispose(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#saved.close();
    await this.#file.input.close();
  }
}

/** How the file is read now: the call that reads it sets who follows and stops it. */
type ReadingNow = { -readonly [Key in keyof ReadingOptions]: ReadingOptions[Key] };

function follow(reading: ReadingNow, { onProgress, signal }: ReadingOptions): void {
  reading.onProgress = onProgress;
  reading.signal = signal;
}

/** `openModel` of `web/models/load_model.ts`, without the type of models. */
export async function openModel(source: FileSource, given?: OpenOptions): Promise<OpenedModel> {
  const options = readOptions('openModel()', given, optionNames);
  const reading: ReadingNow = { ...options, inRanges: true };
  const file = await openFileToRead(source, reading);
  try {
    const found = await readSavedModel(file, options.maxConfigBytes);
    follow(reading, {});
    return new OpenedModel(file, found, reading);
  } catch (error) {
    await file.input.close();
    throw error;
  }
}
