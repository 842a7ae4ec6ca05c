// What saving needs of models and layers, so that it depends on neither room.
import { KerasTypeError } from '../errors/errors.js';
import type { RawObject } from '../boundary/raw.js';

/** A model that can be saved, or can receive weights. Every `Model` is one. */
export interface SavableModel {
  /** @internal */
  readonly raw: RawObject;
  readonly built: boolean;
  /** The config that the model was compiled with; null when it is not compiled. */
  readonly compileConfig: unknown;
}

/** A layer of such a model. Every `Layer` is one. */
export interface SavableLayer {
  /** @internal */
  readonly uid: number;
}

/** The core's ids of the layers. Throws KerasTypeError for values that are not layers. */
export function uidsOf(layers: readonly SavableLayer[] | null | undefined): number[] {
  return (layers ?? []).map((layer) => {
    if (typeof layer?.uid !== 'number')
      throw new KerasTypeError(`objectsToSkip lists layers. Received: ${String(layer)}`);
    return layer.uid;
  });
}
