// Reads and writes data files by their endings: .npy, .npz, .csv, .json.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { sourceOfBytes } from '../../runtime/platform/byte_source.js';
import { readArchive } from '../../saving/zip/archive.js';
import { writeArchive } from '../../saving/zip/write_archive.js';
import type { Tensor, TensorTree } from '../../index.js';
import { CommandError, naming, UsageError } from '../failure.js';
import { isTensor, Samples } from '../numbers.js';
import { readCsv } from './csv.js';
import { IMAGE_ENDINGS } from './images.js';
import type { NamedArrays } from './data_array.js';
import { arrayOfJson, parseJson } from './json_data.js';
import { readNpy, writeNpy } from './npy.js';

export const DATA_ENDINGS = ['.npy', '.npz', '.csv', '.json'];

const endingOf = (path: string): string =>
  DATA_ENDINGS.find((ending) => path.toLowerCase().endsWith(ending)) ?? '';

/** Reads the arrays of a file; `-` is JSON on standard input. */
export async function readData(path: string): Promise<NamedArrays> {
  if (path === '-') return await naming('standard input', async () => ofJson(await readInput()));
  const ending = endingOf(path);
  if (ending === '')
    throw new UsageError(
      `Data files end in ${DATA_ENDINGS.join(', ')}, images in ${IMAGE_ENDINGS.join(', ')}. Received: ${path}`,
    );
  return await naming(path, async () => {
    const bytes = new Uint8Array(await readFile(path));
    if (ending === '.npz') return await readNpz(bytes, path);
    if (ending === '.npy') return new Map([['', readNpy(bytes, path)]]);
    const text = new TextDecoder().decode(bytes);
    return ending === '.csv' ? new Map([['', readCsv(text)]]) : ofJson(text);
  });
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

// An object has an array for each name.
function ofJson(text: string): NamedArrays {
  const data = parseJson(text);
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    return new Map([['', arrayOfJson(data)]]);
  return new Map(Object.entries(data).map(([name, each]) => [name, arrayOfJson(each)]));
}

async function readNpz(bytes: Uint8Array, path: string): Promise<NamedArrays> {
  const archive = await readArchive(sourceOfBytes(bytes), path);
  if (!archive) throw new CommandError('It is not an .npz file.');
  const arrays: [string, ReturnType<typeof readNpy>][] = [];
  for (const name of archive.names) {
    const content = (await archive.read(name))!;
    arrays.push([name.replace(/\.npy$/, ''), await naming(name, () => readNpy(content, name))]);
  }
  return new Map(arrays);
}

/** Writes tensors to a file, which is replaced as a whole. */
export async function writeData(path: string, tensors: TensorTree): Promise<void> {
  await naming(path, async () => writeWhole(path, contentOf(path, tensors)));
}

/** UsageError unless the path ends as a data file. */
export function checkDataPath(path: string): void {
  if (endingOf(path) === '')
    throw new UsageError(`Data files end in ${DATA_ENDINGS.join(', ')}. Received: ${path}`);
}

function contentOf(path: string, tensors: TensorTree): Uint8Array | string {
  switch (endingOf(path)) {
    case '.npz': {
      const files = namedTensors(tensors).map(([name, each]) => [`${name}.npy`, writeNpy(each)]);
      return writeArchive(Object.fromEntries(files) as Record<string, Uint8Array>, EPOCH).join();
    }
    case '.npy':
      return writeNpy(onlyOne(tensors, path));
    case '.csv':
      return csvOf(onlyOne(tensors, path));
    default:
      return `${jsonOfSamples(tensors)}\n`;
  }
}

// As numpy.savez(), so that the same arrays give the same bytes.
const EPOCH = new Date(1980, 0, 1);

/** Tensors by their paths in the tree: `arr_0` for a single one, as numpy.savez() calls it. */
export function namedTensors(tree: TensorTree, path = ''): [string, Tensor][] {
  if (tree === null) return [];
  if (isTensor(tree)) return [[path || 'arr_0', tree]];
  const entries: [string, TensorTree][] = Array.isArray(tree)
    ? tree.map((each: TensorTree, i): [string, TensorTree] => [path ? String(i) : `arr_${i}`, each])
    : Object.entries(tree as Record<string, TensorTree>);
  return entries.flatMap(([key, each]) => namedTensors(each, path ? `${path}.${key}` : key));
}

function onlyOne(tensors: TensorTree, path: string): Tensor {
  const [first, ...others] = namedTensors(tensors);
  if (!first || others.length > 0)
    throw new UsageError(
      `The model has ${others.length + (first ? 1 : 0)} outputs: write them to .npz or .json. Received: ${path}`,
    );
  return first[1];
}

/** JSON of all samples: a list of them for each tensor. */
export function jsonOfSamples(tree: TensorTree, separator = ',\n'): string {
  if (tree === null) return 'null';
  if (isTensor(tree)) {
    const samples = new Samples(tree);
    const count = tree.shape[0] ?? 1;
    return `[${Array.from({ length: count }, (_, i) => samples.json(i)).join(separator)}]`;
  }
  if (Array.isArray(tree))
    return `[${(tree as TensorTree[]).map((each) => jsonOfSamples(each, separator)).join(separator)}]`;
  return `{${Object.entries(tree)
    .map(([key, each]) => `${JSON.stringify(key)}: ${jsonOfSamples(each as TensorTree, separator)}`)
    .join(separator)}}`;
}

function csvOf(tensor: Tensor): string {
  const samples = new Samples(tensor);
  const count = tensor.shape[0] ?? 1;
  return Array.from({ length: count }, (_, i) => `${flatJson(samples.json(i))}\n`).join('');
}

/** The numbers of a sample's JSON in one line. */
export const flatJson = (json: string): string => json.replace(/[[\] ]/g, '');

/** Replaces a file as a whole: a reader, or a second process that computes the same, never sees a part of it. */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const unfinished = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(unfinished, content);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
