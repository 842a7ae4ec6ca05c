// What models are made of, and what their methods take.

import { KerasTypeError } from '../errors/errors.js';
import type { CallValue } from '../ops/operation.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';

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

/** @internal */
export const modelOptions: OptionNames<ModelOptions & { dtype?: unknown }> = {
  inputs: true,
  outputs: true,
  name: true,
  trainable: true,
  dtype: true, // stands in configs of classes that make their own graph
};

/** What `getLayer` is to find, as the core takes it. @internal */
export function layerSelector(which: { name?: string; index?: number } | string | number): string {
  if (typeof which === 'string') return JSON.stringify({ name: which });
  if (typeof which === 'number') return JSON.stringify({ index: which });
  return JSON.stringify(readOptions('getLayer()', which, { name: true, index: true }));
}

/** @internal */
export const summaryOptions: OptionNames<SummaryOptions> = {
  lineLength: true,
  positions: true,
  printFn: true,
  expandNested: true,
  showTrainable: true,
  layerRange: true,
};

const predictOptions: OptionNames<PredictOptions> = { batchSize: true, onProgress: true };

/** What `predict` is to do; a number is the batch size. KerasTypeError for options that it does not take. @internal */
export function readPredictOptions(options: PredictOptions | number | null | undefined) {
  const given = typeof options === 'number' ? { batchSize: options } : options;
  const read = given ? readOptions('predict()', given, predictOptions) : undefined;
  const batchSize = read?.batchSize ?? 32;
  if (!Number.isSafeInteger(batchSize))
    throw new KerasTypeError(`batchSize must be an integer. Received: ${String(batchSize)}`);
  return { batchSize, onProgress: read?.onProgress };
}
