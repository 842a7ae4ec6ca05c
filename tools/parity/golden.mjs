// Reads the golden cases: what real Keras computed (native-tests/fixtures/golden/FORMAT.md).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../lib/paths.mjs';

const folder = join(checkout, 'native-tests/fixtures/golden');

const readers = {
  F32: (view, i) => view.getFloat32(4 * i, true),
  F64: (view, i) => view.getFloat64(8 * i, true),
  F16: (view, i) => half(view.getUint16(2 * i, true)),
  BF16: (view, i) => bfloat(view.getUint16(2 * i, true)),
  I8: (view, i) => view.getInt8(i),
  I16: (view, i) => view.getInt16(2 * i, true),
  I32: (view, i) => view.getInt32(4 * i, true),
  I64: (view, i) => Number(view.getBigInt64(8 * i, true)),
  U8: (view, i) => view.getUint8(i),
  U16: (view, i) => view.getUint16(2 * i, true),
  U32: (view, i) => view.getUint32(4 * i, true),
  BOOL: (view, i) => view.getUint8(i),
  C64: (view, i) => view.getFloat32(4 * i, true),
};

function bfloat(bits) {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits << 16);
  return view.getFloat32(0);
}

function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The arrays of a safetensors file by name: `{ values, shape }`; complex numbers are pairs along a last axis. */
export function arraysOf(bytes) {
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  return (name) => {
    const { dtype, shape: ownShape, data_offsets: offsets } = header[name];
    const read = readers[dtype];
    const shape = dtype === 'C64' ? [...ownShape, 2] : ownShape;
    const start = bytes.byteOffset + 8 + length + offsets[0];
    const view = new DataView(bytes.buffer, start, offsets[1] - offsets[0]);
    const count = shape.reduce((product, size) => product * size, 1);
    return { shape, values: Array.from({ length: count }, (_, i) => read(view, i)) };
  };
}

/** All cases, with `array(name)` for the arrays of their group. */
export function* goldenCases() {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const { cases } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const array = arraysOf(readFileSync(join(folder, file.replace('.json', '.safetensors'))));
    for (const golden of cases) yield { ...golden, array };
  }
}
