// Options of models and of their methods.

import { KerasTypeError } from '../errors/errors.js';
import type { TensorTree } from '../tensors/tree.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';

/** Options of `new Model`. */
export interface ModelOptions {
  /** The input of the graph: a KerasTensor, or KerasTensors nested in arrays and objects. */
  inputs?: TensorTree;
  /** The output of the graph: a KerasTensor, or KerasTensors nested in arrays and objects. */
  outputs?: TensorTree;
  /** Name of the model; an automatic one by default. */
  name?: string | null;
  /** Whether training changes the weights. True by default. */
  trainable?: boolean | null;
}

/** Options of `model.predict`. */
export interface PredictOptions {
  /** Number of samples in a batch. 32 by default. */
  batchSize?: number | null;
  /** Called after each batch with the number of samples computed so far, and of all samples. */
  onProgress?: (done: number, total: number) => void;
}

/** Options of `model.summary`. */
export interface SummaryOptions {
  /** Width of the table in characters. */
  lineLength?: number;
  /** Right ends of the columns, as fractions of the width. */
  positions?: readonly number[];
  /** Called with the text; `console.log` by default. `null` prints nothing. */
  printFn?: ((text: string) => void) | null;
  /** Whether to list the layers of nested models. */
  expandNested?: boolean;
  /** Whether to add a column that says which layers are trainable. */
  showTrainable?: boolean;
  /** Regular expressions for the names of the first and the last layer to list. */
  layerRange?: readonly [string, string];
}

/** @internal */
export const modelOptions: OptionNames<ModelOptions & { dtype?: unknown }> = {
  inputs: true,
  outputs: true,
  name: true,
  trainable: true,
  dtype: true, // in the configs of classes that create their own graph
};

/** The argument of `getLayer` as JSON for the core. @internal */
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

/** The options of `predict`; a number is the batch size. @internal */
export function readPredictOptions(options: PredictOptions | number | null | undefined) {
  const given = typeof options === 'number' ? { batchSize: options } : options;
  const read = given ? readOptions('predict()', given, predictOptions) : undefined;
  const batchSize = read?.batchSize ?? 32;
  if (!Number.isSafeInteger(batchSize))
    throw new KerasTypeError(`batchSize must be an integer. Received: ${String(batchSize)}`);
  return { batchSize, onProgress: read?.onProgress };
}
