// The weights of a TensorFlow.js model in the joined content of its shards.
import { ValueError } from '../../../errors/errors.js';
import { asFloat32 } from '../../core_arrays.js';
import type { ArrayDType, ArrayInfo, ArrayValue, NamedArrays } from '../../named_arrays.js';
import {
  bytesPerElement,
  elementCount,
  unusableType,
  type StoredDType,
} from '../../stored_array.js';
import type { WeightGroup, WeightSpec } from './model_json.js';

const DTYPES: readonly StoredDType[] = ['float32', 'int32', 'bool', 'uint8', 'float16'];

/** A weight, and its bytes as stored. */
interface StoredWeight {
  readonly spec: WeightSpec;
  readonly bytes: Uint8Array;
}

/** Where weights are in the content of each group. ValueError for weights beyond its end and for names that repeat. */
export function arraysIn(
  groups: readonly WeightGroup[],
  contents: readonly Uint8Array[],
): NamedArrays {
  const weights = new Map<string, StoredWeight>();
  groups.forEach((group, i) => {
    let at = 0;
    for (const spec of group.weights) {
      if (weights.has(spec.name))
        throw new ValueError(`Two weights of the file have the name '${spec.name}'.`);
      const end = at + sizeOf(spec);
      if (end > contents[i]!.length)
        throw new ValueError(
          `The weight '${spec.name}' ends at byte ${end} of its shards, which have ${contents[i]!.length}.`,
        );
      weights.set(spec.name, { spec, bytes: contents[i]!.subarray(at, end) });
      at = end;
    }
  });
  const infos = [...weights].map(([name, { spec }]): [string, ArrayInfo] => [
    name,
    { shape: spec.shape, dtype: spec.dtype },
  ]);
  return {
    infos: new Map(infos),
    metadata: {},
    read: (name) => Promise.resolve().then(() => valueOf(weights.get(name)!)),
  };
}

function dtypeOf({ name, dtype }: WeightSpec): StoredDType {
  const found = DTYPES.find((each) => each === dtype);
  if (found === undefined) throw unusableType(name, `TensorFlow.js's ${dtype}`);
  return found;
}

const sizeOf = (spec: WeightSpec): number =>
  elementCount(spec.shape) * bytesPerElement(spec.quantization?.dtype ?? dtypeOf(spec));

function valueOf({ spec, bytes }: StoredWeight): ArrayValue {
  const { shape, quantization } = spec;
  const dtype: ArrayDType = dtypeOf(spec);
  if (quantization === undefined) return { shape, dtype, bytes };
  if (quantization.dtype === 'float16') {
    if (dtype !== 'float32') throw unusableType(spec.name, `${dtype} quantized to float16`);
    return asFloat32({ shape, dtype: 'float16', bytes });
  }
  const stored = quantization.dtype === 'uint8' ? bytes : new Uint16Array(bytes.slice().buffer);
  const value = (each: number): number => each * quantization.scale + quantization.min;
  switch (dtype) {
    case 'float32':
      return { shape, dtype, bytes: bytesOf(Float32Array.from(stored, value)) };
    case 'int32':
      return {
        shape,
        dtype,
        bytes: bytesOf(Int32Array.from(stored, (each) => Math.round(value(each)))),
      };
  }
  throw unusableType(spec.name, `${dtype} quantized to ${quantization.dtype}`);
}

const bytesOf = (values: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
