// `.safetensors` files: weights by name, as Hugging Face's libraries exchange them.
import { namedWeights } from '../../named_weights.js';
import { unusableType } from '../../stored_array.js';
import type { NamedArrays } from '../../named_arrays.js';
import type { FileToRead, SavedWeights } from '../file_format.js';
import { DTYPES, LENGTH_BYTES, readHeader } from './header.js';

/** A length below 2^32, and the start of a JSON object. */
export const isSafetensors = (head: Uint8Array): boolean =>
  head[LENGTH_BYTES] === 0x7b && head.subarray(4, LENGTH_BYTES).every((byte) => byte === 0);

/** Opens a file. Each tensor is read when it is needed: the input must stay open. */
export async function openSafetensors({ input, name }: FileToRead): Promise<NamedArrays> {
  const { tensors, metadata } = await readHeader(input, name);
  return {
    infos: new Map(
      [...tensors].map(([key, { stored, shape }]) => [
        key,
        { shape, dtype: DTYPES.get(stored) ?? stored },
      ]),
    ),
    metadata,
    async read(key) {
      const { stored, shape, start, end } = tensors.get(key)!;
      const dtype = DTYPES.get(stored);
      if (dtype === undefined) throw unusableType(key, stored);
      return { shape, dtype, bytes: await input.read(start, end) };
    },
  };
}

export const readSafetensors = async (file: FileToRead): Promise<SavedWeights> =>
  namedWeights(await openSafetensors(file));
