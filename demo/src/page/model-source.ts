// How the open model was opened, so that another worker, or a program in Node, can open it again.
import * as engine from '../engine/engine.js';
import type { LoadProgress } from 'keras-wasm';
import type { ModelView } from '../types.js';
import type { Opened } from './snippet.js';

/** What has been read. */
export type Report = (progress: LoadProgress) => void;

/** A file, or several that belong together. */
export type ModelFile = Blob | readonly File[];

/** A file with the name under which the user knows it. */
export interface NamedFile {
  readonly name: string;
  readonly file: ModelFile;
}

/** In bytes. */
export function sizeOf(file: ModelFile): number {
  return file instanceof Blob ? file.size : file.reduce((sum, { size }) => sum + size, 0);
}

/** Whether a file of this name has weights alone. */
export function isWeights(name: string): boolean {
  return /\.weights\.(h5|json)$|\.(safetensors|npz)$/.test(name);
}

export class ModelSource {
  readonly #model: NamedFile;
  readonly #classes: string;
  readonly #weights: readonly NamedFile[];

  constructor(model: NamedFile, classes: string, weights: readonly NamedFile[] = []) {
    this.#model = model;
    this.#classes = classes;
    this.#weights = weights;
  }

  /** The same model with the weights of a file. */
  withWeights(weights: NamedFile): ModelSource {
    return new ModelSource(this.#model, this.#classes, [...this.#weights, weights]);
  }

  get opened(): Opened {
    const weights = this.#weights.map(({ name }) => name);
    return { model: this.#model.name, weights, classes: this.#classes };
  }

  async open(report: Report): Promise<ModelView> {
    let view = await engine.open(this.#model.file, {
      classes: this.#classes,
      onProgress: report,
    });
    for (const { file } of this.#weights) {
      const old = view.id;
      view = await engine.openWeights(old, file);
      engine.close(old);
    }
    return view;
  }
}
