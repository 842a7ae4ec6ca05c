// The entry of a graph.

import { core } from '../boundary/core.js';
import { packOptions } from '../boundary/codec.js';
import { KerasTensor, wrapTensor } from '../tensors/tensor.js';
import type { DType } from '../serialization/config.js';

/** What `Input` takes: `shape` or `batchShape`. */
export interface InputOptions {
  /** Shape without the batch size; `null` for sizes that may vary. */
  shape?: readonly (number | null)[];
  /** A fixed batch size. */
  batchSize?: number | null;
  /** Shape with the batch size. */
  batchShape?: readonly (number | null)[];
  /** float32 by default. */
  dtype?: DType;
  /** Name of the input; an automatic one by default. */
  name?: string | null;
  sparse?: boolean;
  /** Whether `null` may be given for the input. */
  optional?: boolean;
}

/**
 * A symbolic tensor to build a model from: `const x = Input({ shape: [28, 28, 1] })`.
 * ValueError without a shape, or for a shape that is none.
 */
export function Input(options: InputOptions): KerasTensor {
  return wrapTensor(
    core().makeInput(packOptions(options, 'Input()', () => ['shape', 'dtype', 'name'])),
  ) as KerasTensor;
}
