// Files of arrays by name that Python wrote (tools/fixtures/make_arrays.py), and the package's readers and writers of them.
import { readFileSync } from 'node:fs';
import { sourceOfBytes } from '../../build/modules/runtime/platform/byte_source.js';
import { writeNpz as npz } from '../../build/modules/saving/formats/npz/npz_format.js';
import { openSafetensors as open } from '../../build/modules/saving/formats/safetensors/safetensors_format.js';
import { writeSafetensors as safetensors } from '../../build/modules/saving/formats/safetensors/safetensors_writer.js';
import { modelFromJson, tensor } from './keras.mjs';

export { readNpy, writeNpy } from '../../build/modules/saving/npy/npy.js';

/** The bytes of the files that the package writes. */
export const writeNpz = (arrays, metadata) => npz(arrays, metadata).join();
export const writeSafetensors = (arrays, metadata) => safetensors(arrays, metadata).join();

const folder = new URL('../fixtures/arrays/', import.meta.url);

export const arrayFile = (name) => new Uint8Array(readFileSync(new URL(name, folder)));
export const arrayRecord = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

/** The arrays of a `.safetensors` file. */
export const openSafetensors = (bytes) =>
  open({ input: sourceOfBytes(bytes), name: 'x.safetensors' });

/** The model of a file as it is before its weights are loaded: with fresh ones. */
export const modelOf = (name) => modelFromJson(JSON.stringify(arrayRecord(`${name}.json`).to_json));

/** The inputs of a record, as predict() takes them. */
export function inputsOf({ inputs: { structure, tensors } }) {
  const made = tensors.map(({ data, shape, dtype }) => tensor(data, shape, dtype));
  const nested = (value) => {
    if (typeof value === 'number') return made[value];
    if (Array.isArray(value)) return value.map(nested);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, nested(each)]));
  };
  return nested(structure);
}
