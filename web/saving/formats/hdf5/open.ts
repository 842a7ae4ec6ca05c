// Opens HDF5 files with the small reader, or with the complete one where that is not enough.
import { readAll, type ByteSource } from '../../../runtime/platform/byte_source.js';
import type { WeightReader } from '../../weight_reader.js';
import { openCompleteReader } from './complete_reader.js';
import { NeedsCompleteReader } from './file_bytes.js';
import { SmallReader } from './small_reader.js';

const readers = new WeakMap<ByteSource, Promise<WeightReader>>();

/** Opens a file once: all formats that are stored in HDF5 share the reader. */
export function openHdf5(input: ByteSource): Promise<WeightReader> {
  let reader = readers.get(input);
  if (!reader) readers.set(input, (reader = readAll(input).then(chooseReader)));
  return reader;
}

async function chooseReader(bytes: Uint8Array): Promise<WeightReader> {
  try {
    const reader = new SmallReader(bytes);
    reader.survey();
    return reader;
  } catch (error) {
    if (!(error instanceof NeedsCompleteReader)) throw error;
    return await openCompleteReader(bytes);
  }
}
