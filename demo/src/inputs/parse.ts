// Values from files: CSV, and .npy of NumPy (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
import type { Port, Values } from '../types.js';

const npyStart = '\x93NUMPY';

type Reader = (view: DataView, at: number, little: boolean) => number;

const readers: Readonly<Record<string, readonly [size: number, read: Reader]>> = {
  f4: [4, (view, at, little) => view.getFloat32(at, little)],
  f8: [8, (view, at, little) => view.getFloat64(at, little)],
  i1: [1, (view, at) => view.getInt8(at)],
  i2: [2, (view, at, little) => view.getInt16(at, little)],
  i4: [4, (view, at, little) => view.getInt32(at, little)],
  i8: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  u1: [1, (view, at) => view.getUint8(at)],
  u2: [2, (view, at, little) => view.getUint16(at, little)],
  u4: [4, (view, at, little) => view.getUint32(at, little)],
  u8: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
  b1: [1, (view, at) => view.getUint8(at)],
};

/** The values of a file for an input; throws an Error that says what does not fit. */
export function parseValues(bytes: Uint8Array, port: Port): Values {
  const start = String.fromCharCode(...bytes.subarray(0, npyStart.length));
  return fit(
    start === npyStart ? parseNpy(bytes) : parseCsv(new TextDecoder().decode(bytes)),
    port,
  );
}

/** Numbers separated by commas, semicolons, tabs, spaces or lines; a first line of names is skipped. */
export function parseCsv(text: string): Values {
  const lines = text.split(/\r?\n/).filter((line) => line.trim());
  const rows = lines.map((line) => line.trim().split(/[,;\t ]+/));
  if (rows.length > 1 && rows[0]!.some((cell) => Number.isNaN(Number(cell)))) rows.shift();
  rows.forEach((row, i) => {
    const wrong = row.find((cell) => cell === '' || Number.isNaN(Number(cell)));
    if (wrong !== undefined) throw new Error(`Row ${i + 1} has '${wrong}', which is not a number.`);
    if (row.length !== rows[0]!.length)
      throw new Error(`Row ${i + 1} has ${row.length} values, the first one ${rows[0]!.length}.`);
  });
  if (rows.length === 0) throw new Error('No numbers were found.');
  return { values: rows.flat().map(Number), shape: [rows.length, rows[0]!.length] };
}

function parseNpy(bytes: Uint8Array): Values {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) throw new Error('The .npy file is cut short.');
  const isFirst = bytes[6] === 1;
  const headerSize = isFirst ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = (isFirst ? 10 : 12) + headerSize;
  const header = new TextDecoder('latin1').decode(bytes.subarray(isFirst ? 10 : 12, start));
  const type = /'descr': *'([<>|=])(\w+)'/.exec(header);
  const shapeList = /'shape': *\(([\d, ]*)\)/.exec(header)?.[1];
  const reader = type ? readers[type[2]!] : undefined;
  if (!reader || shapeList === undefined)
    throw new Error(`This kind of .npy file is not supported: ${header.trim()}`);
  if (/'fortran_order': *True/.test(header))
    throw new Error('The .npy file has Fortran order; save np.ascontiguousarray(x).');
  const shape = shapeList
    .split(',')
    .map((size) => size.trim())
    .filter(Boolean)
    .map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  const [size, read] = reader;
  if (start + count * size > bytes.length) throw new Error('The .npy file is cut short.');
  const little = type![1] !== '>';
  const values = Float64Array.from({ length: count }, (_, i) =>
    read(view, start + i * size, little),
  );
  return { values, shape };
}

// The file has one sample or several; unknown sizes are found if there is one.
function fit({ values, shape }: Values, port: Port): Values {
  const sample = port.shape.slice(1);
  const matches = (sizes: readonly number[]) =>
    sizes.length === sample.length && sizes.every((size, i) => size === (sample[i] ?? size));
  if (shape.length === sample.length + 1 && matches(shape.slice(1))) return { values, shape };
  if (matches(shape)) return { values, shape: [1, ...shape] };
  const unknown = sample.filter((size) => size === null).length;
  const known = sample.reduce<number>((product, size) => product * (size ?? 1), 1);
  if (unknown === 0 && values.length % known === 0 && values.length > 0)
    return { values, shape: [values.length / known, ...(sample as number[])] };
  if (unknown === 1 && values.length % known === 0)
    return { values, shape: [1, ...sample.map((size) => size ?? values.length / known)] };
  throw new Error(
    `${values.length} values of shape (${shape.join(', ')}) do not fit the input '${port.name}' of ${sample.map((size) => size ?? 'None').join(' × ')} values.`,
  );
}
