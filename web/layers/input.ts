// keras.Input: the entry of a graph.

import { core } from '../boundary/core.js';
import { packOptions } from '../boundary/codec.js';
import { named } from '../boundary/positional.js';
import { wrapTensor, type KerasTensor } from '../tensors/tensor.js';
import type { DType } from '../base/config.js';

/** Options of `Input`: `shape` or `batchShape`, and more. */
export interface InputOptions {
  /** Shape without the batch size; `null` for sizes that may vary. */
  shape?: readonly (number | null)[];
  /** A fixed batch size. */
  batchSize?: number | null;
  /** Shape with the batch size. */
  batchShape?: readonly (number | null)[];
  /** Dtype of the elements; float32 by default. */
  dtype?: DType;
  /** Name of the input; an automatic one by default. */
  name?: string | null;
  /** Whether the input is declared as sparse; the data is dense in any case. */
  sparse?: boolean;
  /** Whether the input may be `null`. */
  optional?: boolean;
}

/**
 * Creates the symbolic tensor that a graph starts from: `const x = Input({ shape: [28, 28, 1] })`, or `Input([28, 28, 1])`.
 *
 * @throws ValueError without a shape, or for an invalid one.
 */
export function Input(options: InputOptions): KerasTensor;
export function Input(
  shape: InputOptions['shape'],
  options?: Omit<InputOptions, 'shape'>,
): KerasTensor;
export function Input(
  shape: InputOptions['shape'],
  batchSize: InputOptions['batchSize'],
  options?: Omit<InputOptions, 'shape' | 'batchSize'>,
): KerasTensor;
export function Input(...args: unknown[]): KerasTensor {
  const options = named('Input()', args, 'shape batchSize');
  return wrapTensor(
    core().makeInput(packOptions(options, 'Input()', () => ['shape', 'dtype', 'name'])),
  ) as KerasTensor;
}
