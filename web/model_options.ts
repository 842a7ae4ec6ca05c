// What models are made of, and what their methods take.

import type { CallValue } from './operation.js';

/** What `new Model` takes. */
export interface ModelOptions {
  /** KerasTensors, also nested in arrays and objects. */
  inputs?: CallValue;
  /** KerasTensors, also nested in arrays and objects. */
  outputs?: CallValue;
  /** Name of the model; an automatic one by default. */
  name?: string | null;
  /** Whether the weights may be trained. */
  trainable?: boolean | null;
}

export interface PredictOptions {
  /** How many samples are computed at once. 32 by default. */
  batchSize?: number | null;
  /** Called after each batch with the numbers of samples that are done and there are. */
  onProgress?: (done: number, total: number) => void;
}

export interface SummaryOptions {
  /** Width of the table in characters. */
  lineLength?: number;
  /** Right ends of the columns, as parts of the width. */
  positions?: readonly number[];
  /** Gets the text; `console.log` by default, `null` for nobody. */
  printFn?: ((text: string) => void) | null;
  /** Whether the layers of nested models are listed, too. */
  expandNested?: boolean;
  /** Whether a column says which layers are trainable. */
  showTrainable?: boolean;
  /** Names of the first and last layer to list; regular expressions. */
  layerRange?: readonly [string, string];
}
