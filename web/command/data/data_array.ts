// Arrays of data files.
import { tensor, type DType, type Tensor, type TypedArray } from '../../index.js';

/** An array in row-major order. */
export interface DataArray {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly values: TypedArray | readonly (number | boolean | string)[];
}

/** Arrays by name; a file with one array without a name has the name ''. */
export type NamedArrays = ReadonlyMap<string, DataArray>;

/** A tensor with the values, of another dtype if one is given. Strings and booleans keep theirs. */
export function toTensor({ shape, dtype, values }: DataArray, wanted?: DType): Tensor {
  const isNumber = dtype !== 'string' && dtype !== 'bool';
  return tensor(values, [...shape], isNumber && wanted ? wanted : dtype);
}

/** The number of elements of a shape. */
export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, dim) => product * dim, 1);
