// How the open model was opened, so that another worker can open it again.
import * as engine from '../engine/engine.js';
import type { ModelView } from '../types.js';

/** Bytes of a file that have been read. */
export type Report = (loaded: number, total: number | undefined) => void;

export class ModelSource {
  readonly #file: Blob;
  readonly #classes: string;
  readonly #weights: readonly Blob[];

  constructor(file: Blob, classes: string, weights: readonly Blob[] = []) {
    this.#file = file;
    this.#classes = classes;
    this.#weights = weights;
  }

  /** The same model with the weights of a file. */
  withWeights(file: Blob): ModelSource {
    return new ModelSource(this.#file, this.#classes, [...this.#weights, file]);
  }

  async open(report: Report): Promise<ModelView> {
    let view = await engine.open(this.#file, {
      classes: this.#classes,
      onProgress: ({ loaded, total }) => report(loaded, total),
    });
    for (const weights of this.#weights) {
      const old = view.id;
      view = await engine.openWeights(old, weights);
      engine.close(old);
    }
    return view;
  }
}
