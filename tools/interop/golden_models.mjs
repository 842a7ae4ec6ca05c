// The models of the golden cases (native-tests/fixtures/golden), with the weights they had in Keras.
import { readFileSync, readdirSync } from 'node:fs';
import { modelFromJson } from '../../dist/index.js';

const golden = new URL('../../native-tests/fixtures/golden/', import.meta.url);

const ARRAYS = {
  F32: Float32Array,
  F64: Float64Array,
  I8: Int8Array,
  I16: Int16Array,
  I32: Int32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
  U16: Uint16Array,
  U32: Uint32Array,
  BOOL: Uint8Array,
};

// The header of a .safetensors file, and where its content begins.
function headerOf(file) {
  const size = Number(file.readBigUInt64LE(0));
  return { header: JSON.parse(file.subarray(8, 8 + size).toString()), start: 8 + size };
}

/** A .safetensors file with only some arrays of another one, under other names. */
function pickArrays(file, names) {
  const { header, start } = headerOf(file);
  const parts = [];
  let at = 0;
  const entries = [...names].map(([name, to]) => {
    const {
      data_offsets: [from, end],
      ...rest
    } = header[name];
    parts.push(file.subarray(start + from, start + end));
    const entry = [to, { ...rest, data_offsets: [at, at + end - from] }];
    at += end - from;
    return entry;
  });
  const text = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}

// The record with `data` beside each array of inputs and outputs; undefined for dtypes that JavaScript lacks.
function withData(record, file) {
  const { header, start } = headerOf(file);
  const dataOf = ({ array }) => {
    if (array === undefined) return undefined;
    const { dtype, data_offsets: ends } = header[array];
    const Array = ARRAYS[dtype];
    const bytes = file.subarray(start + ends[0], start + ends[1]);
    return (
      Array && new Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
    );
  };
  const filled = (list) => list.map((each) => ({ ...each, data: dataOf(each) }));
  const calls = record.calls.map((call) => ({
    ...call,
    inputs: filled(call.inputs),
    outputs: filled(call.outputs),
  }));
  return { ...record, calls };
}

// The model; undefined when a class is not built in, or a function exists in Python alone.
function revive(json) {
  try {
    return modelFromJson(JSON.stringify(json));
  } catch {
    return undefined;
  }
}

/** Yields each model that predicts: `{ id, note, model, record }`. It is disposed of before the next one. */
export async function* goldenModels(only) {
  for (const name of readdirSync(golden).filter((each) => each.endsWith('.json'))) {
    if (only !== undefined && !new RegExp(only).test(name)) continue;
    const { cases, arrays } = JSON.parse(readFileSync(new URL(name, golden)));
    const file = readFileSync(new URL(arrays, golden));
    for (const record of cases) {
      if (!record.calls?.some(({ training }) => !training)) continue;
      const model = revive(record.to_json);
      if (model === undefined) continue;
      const names = new Map(record.weights.map(({ array }, i) => [array, `${i}`]));
      if (names.size > 0) await model.loadWeights(pickArrays(file, names), { mapping: Number });
      const { id, note } = record;
      yield { id, note, model, record: withData(record, file) };
      model.dispose();
    }
  }
}
