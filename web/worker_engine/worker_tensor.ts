// Tensors outside an engine: plain data that can be sent.
import type { DType, NestedArray, TypedArray } from '../index.js';

/** The elements of a tensor; strings are in an array. */
export type TensorElements = TypedArray | readonly string[];

/** A tensor outside the engine: the elements in row-major order. Results of a worker's model; also accepted as an input. */
export class WorkerTensor {
  /** As `Tensor.data()`: float16, bfloat16 and float8 are float32 here, booleans are bytes 0 and 1. */
  readonly data: TensorElements;
  readonly shape: readonly number[];
  /** By default the data's. */
  readonly dtype: DType | undefined;

  constructor(data: TensorElements, shape: readonly number[], dtype?: DType) {
    this.data = data;
    this.shape = shape;
    this.dtype = dtype;
  }

  /** The elements as nested arrays of numbers, booleans or strings; a bare value for a scalar. */
  array(): NestedArray {
    let at = 0;
    const next = (): NestedArray => {
      const value = this.data[at++]!;
      if (this.dtype === 'bool') return Boolean(value);
      return typeof value === 'bigint' ? Number(value) : value;
    };
    const build = (axis: number): NestedArray =>
      axis === this.shape.length
        ? next()
        : Array.from({ length: this.shape[axis]! }, () => build(axis + 1));
    return build(0);
  }
}
