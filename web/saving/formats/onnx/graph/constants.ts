// Constants: from numbers, and what moves their elements without computing.
import type { ElementType } from '../proto/messages.js';
import { NoOnnxForm, type Constant } from './value.js';
import { gathered } from '../../../npy/reorder.js';

/** Strings are in attributes of nodes alone. */
type NumberType = Exclude<ElementType, 'string'>;

const BYTES: Record<NumberType, number> = {
  bool: 1,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  uint64: 8,
  int64: 8,
  float16: 2,
  bfloat16: 2,
  float32: 4,
  float64: 8,
};

function bytesPer(dtype: ElementType): number {
  return BYTES[numberType(dtype)];
}

function numberType(dtype: ElementType): NumberType {
  if (dtype === 'string') throw new NoOnnxForm('it computes with strings');
  return dtype;
}

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** An array of numbers, each rounded to the dtype. */
export function constantOf(
  values: readonly number[],
  shape: readonly number[],
  dtype: ElementType,
): Constant {
  const bytes = new Uint8Array(values.length * bytesPer(dtype));
  const view = new DataView(bytes.buffer);
  const write = writers[numberType(dtype)];
  values.forEach((value, i) => write(view, i * bytesPer(dtype), value));
  return { shape, dtype, bytes };
}

type Write = (view: DataView, at: number, value: number) => void;

const writers: Record<NumberType, Write> = {
  bool: (view, at, value) => view.setUint8(at, value ? 1 : 0),
  uint8: (view, at, value) => view.setUint8(at, value),
  int8: (view, at, value) => view.setInt8(at, value),
  uint16: (view, at, value) => view.setUint16(at, value, true),
  int16: (view, at, value) => view.setInt16(at, value, true),
  uint32: (view, at, value) => view.setUint32(at, value, true),
  int32: (view, at, value) => view.setInt32(at, value, true),
  uint64: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  int64: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  float16: (view, at, value) => view.setUint16(at, half(value), true),
  bfloat16: (view, at, value) => view.setUint16(at, brain(value), true),
  float32: (view, at, value) => view.setFloat32(at, value, true),
  float64: (view, at, value) => view.setFloat64(at, value, true),
};

// The bits of the nearest float16, ties to even.
function half(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  if (size === 0) return sign;
  const unit = 2 ** (exponent - 10);
  const scaled = toEven(size / unit);
  return sign | (exponent === -14 ? scaled : ((exponent + 14) << 10) + scaled);
}

function toEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

// The bits of the nearest bfloat16, ties to even.
function brain(value: number): number {
  const bits = new Uint32Array(new Float32Array([value]).buffer)[0]!;
  if (Number.isNaN(value)) return 0x7fc0;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** The elements as numbers; undefined for dtypes that JavaScript lacks an array for. */
export function numbersOf({ dtype, bytes }: Constant): number[] | undefined {
  const { buffer } = bytes.slice();
  switch (dtype) {
    case 'float32':
      return [...new Float32Array(buffer)];
    case 'float64':
      return [...new Float64Array(buffer)];
    case 'int32':
      return [...new Int32Array(buffer)];
    case 'int64':
      return [...new BigInt64Array(buffer)].map(Number);
    case 'bool':
    case 'uint8':
      return [...bytes];
    default:
      return undefined;
  }
}

/** The constant with its axes in another order. */
export function transposed(constant: Constant, order: readonly number[]): Constant {
  const { shape, dtype, bytes } = constant;
  const to = order.map((axis) => shape[axis]!);
  const strides = stridesOf(shape);
  const steps = order.map((axis) => strides[axis]! * bytesPer(dtype));
  return { shape: to, dtype, bytes: gathered(bytes, to, steps, bytesPer(dtype)) };
}

function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  shape.reduceRight((stride, dim) => {
    strides.unshift(stride);
    return stride * dim;
  }, 1);
  return strides;
}

/** The part of the constant with indices from `begin` to before `end` along an axis. */
export function sliced(constant: Constant, axis: number, begin: number, end: number): Constant {
  const { shape, dtype, bytes } = constant;
  const inner = size(shape.slice(axis + 1)) * bytesPer(dtype);
  const outer = size(shape.slice(0, axis));
  const part = (end - begin) * inner;
  const out = new Uint8Array(outer * part);
  for (let i = 0; i < outer; ++i) {
    const from = (i * shape[axis]! + begin) * inner;
    out.set(bytes.subarray(from, from + part), i * part);
  }
  return { shape: shape.map((dim, i) => (i === axis ? end - begin : dim)), dtype, bytes: out };
}

/** The constants joined along an axis. Their other sizes and dtypes must be equal. */
export function joined(constants: readonly Constant[], axis: number): Constant {
  const { shape, dtype } = constants[0]!;
  const outer = size(shape.slice(0, axis));
  const parts = constants.map(({ bytes }) => bytes.length / Math.max(1, outer));
  const out = new Uint8Array(parts.reduce((a, b) => a + b, 0) * outer);
  let at = 0;
  for (let i = 0; i < outer; ++i) {
    constants.forEach(({ bytes }, c) => {
      out.set(bytes.subarray(i * parts[c]!, (i + 1) * parts[c]!), at);
      at += parts[c]!;
    });
  }
  const total = constants.reduce((sum, each) => sum + each.shape[axis]!, 0);
  return { shape: shape.map((dim, i) => (i === axis ? total : dim)), dtype, bytes: out };
}

/** The constant with another shape of the same size. */
export const reshaped = (constant: Constant, shape: readonly number[]): Constant => ({
  ...constant,
  shape,
});
