// Opens a source for the formats to read.
import { ValueError } from '../errors/errors.js';
import { readAll, stoppable, type ByteSource } from '../runtime/platform/byte_source.js';
import { HEAD_BYTES, type FileToRead } from './formats/file_format.js';
import { formatsOf, formatsWith, hasEnding } from './formats/find_format.js';
import { fileSetOf, type FileSource } from './file_set.js';
import type { ReadingOptions } from './progress.js';
import { isName, openSource, sourceBeside, withSource } from './source.js';
import type { WeightReader } from './weight_reader.js';

/** Runs `use` with the open file, which is closed afterwards. */
export async function withFile<T>(
  source: FileSource,
  options: ReadingOptions,
  use: (file: FileToRead) => Promise<T>,
): Promise<T> {
  const file = await openFileToRead(source, options);
  try {
    return await use(file);
  } finally {
    await file.input.close();
  }
}

/**
 * Opens a file, or the one of several that lists the others. The caller closes its input. Reading follows the signal and the
 * progress that `options` have at that time.
 */
export async function openFileToRead(
  source: FileSource,
  options: ReadingOptions,
): Promise<FileToRead> {
  const { main, folder } = await fileSetOf(source);
  const readBeside = (name: string): Promise<Uint8Array> =>
    withSource(
      sourceBeside(folder, name),
      { signal: options.signal, cache: options.cache },
      ({ input }) => readAll(input),
    );
  const opened = await openSource(main, options);
  const { name } = opened;
  const input = stoppable(opened.input, options);
  try {
    return await fileOf({ input, name, isNamed: isName(main), readBeside });
  } catch (error) {
    await input.close();
    throw error;
  }
}

async function fileOf(
  opened: Omit<FileToRead, 'head' | 'readers' | 'openWeights'>,
): Promise<FileToRead> {
  return { ...opened, head: await headOf(opened.input), readers: new Map(), openWeights };
}

const headOf = (input: ByteSource): Promise<Uint8Array> =>
  input.read(0, Math.min(HEAD_BYTES, input.size));

async function openWeights(input: ByteSource, name: string): Promise<WeightReader> {
  const readBeside = (): Promise<never> =>
    Promise.reject(new ValueError(`${name} is a part of a file and cannot list further files.`));
  const file = await fileOf({ input, name, isNamed: false, readBeside });
  const formats = [...formatsWith('createWriter'), ...formatsWith('writeArrays')];
  const format = formats.find((each) => hasEnding(name, each)) ?? formatsOf(file.head)[0];
  const weights = await format?.readWeights?.(file);
  if (weights?.openReader) return await weights.openReader();
  throw new ValueError(
    `Weights as ${name} are not supported: save the model again with weights as HDF5, the default.`,
  );
}
