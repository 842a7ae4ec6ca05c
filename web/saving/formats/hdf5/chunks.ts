// Where the chunks of an array are. Sections IV.A.2.i and III.A.1 of the specification, and its appendix on chunk indexes.
import { elementCount } from '../../stored_array.js';
import { readRecords } from './btree2.js';
import { Budget, Damaged, Unsupported, type FileBytes } from './file_bytes.js';

/** A part of an array, stored in one piece. */
export interface Chunk {
  /** The index of its first element along each axis. */
  readonly origin: readonly number[];
  readonly address: number;
  /** Bytes in the file; undefined for as many as the elements have. */
  readonly size: number | undefined;
  /** A bit for each filter that was skipped. */
  readonly skipped: number;
}

/** An array in chunks of one shape. */
export interface Chunking {
  readonly shape: readonly number[];
  /** Finds the chunks; missing ones have the fill value. */
  readonly find: () => Chunk[];
}

const layoutVersions = { symbolTables: 3, indexes: 4, largeChunks: 5 };

/** Reads the layout message of an array in chunks. */
export function readChunking(
  file: FileBytes,
  start: number,
  shape: readonly number[],
  elementSize: number,
): Chunking {
  const version = file.u8(start);
  const rank = file.u8(start + (version === layoutVersions.symbolTables ? 2 : 3)) - 1;
  if (rank !== shape.length || rank === 0) throw new Damaged('its chunks have another rank');
  return version === layoutVersions.symbolTables
    ? oldChunking(file, start, rank)
    : newChunking(file, start, shape, elementSize);
}

function checkedShape(shape: readonly number[]): readonly number[] {
  if (shape.some((dim) => dim === 0)) throw new Damaged('its chunks have no elements');
  return shape;
}

const dims = (count: number, read: (axis: number) => number): number[] =>
  Array.from({ length: count }, (_, axis) => read(axis));

function oldChunking(file: FileBytes, start: number, rank: number): Chunking {
  const shape = checkedShape(dims(rank, (axis) => file.u32(start + 11 + 4 * axis)));
  const find = (): Chunk[] => {
    const root = file.address(start + 3);
    return root === undefined ? [] : chunksOfTree(file, root, rank);
  };
  return { shape, find };
}

// Keys, which state the chunk, and children alternate.
function chunksOfTree(file: FileBytes, root: number, rank: number): Chunk[] {
  const CHUNKS = 1;
  const keySize = 8 + 8 * (rank + 1);
  const found: Chunk[] = [];
  const budget = new Budget(file);
  const visit = (node: number, above: number): void => {
    file.expect('TREE', node);
    const level = file.u8(node + 5);
    if (file.u8(node + 4) !== CHUNKS || level >= above)
      throw new Damaged('a tree of chunks is not in order');
    const count = file.u16(node + 6);
    budget.spend(24 + (keySize + 8) * count);
    for (let i = 0; i < count; ++i) {
      const key = node + 24 + (keySize + 8) * i;
      const address = file.requiredAddress(key + keySize);
      if (level > 0) visit(address, level);
      else
        found.push({
          origin: dims(rank, (axis) => file.length(key + 8 + 8 * axis)),
          address,
          size: file.u32(key),
          skipped: file.u32(key + 4),
        });
    }
  };
  visit(root, 256);
  return found;
}

const Index = { single: 1, implicit: 2, fixedArray: 3, extensibleArray: 4, tree: 5 } as const;
/** Bytes of the parameters of an index in the message. */
const PARAMETERS: Record<number, number> = {
  [Index.implicit]: 0,
  [Index.fixedArray]: 1,
  [Index.tree]: 6,
};
const IS_FILTERED = 2;

function newChunking(
  file: FileBytes,
  start: number,
  arrayShape: readonly number[],
  elementSize: number,
): Chunking {
  const rank = arrayShape.length;
  const sizeBytes = file.u8(start + 4);
  const shape = checkedShape(
    dims(rank, (axis) => file.number(start + 5 + sizeBytes * axis, sizeBytes)),
  );
  const indexAt = start + 5 + sizeBytes * (rank + 1);
  const index = file.u8(indexAt);
  const chunkBytes = elementCount(shape) * elementSize;
  const grid = { array: arrayShape, chunk: shape, bytes: chunkBytes };
  if (index === Index.single) return { shape, find: () => singleChunk(file, start, indexAt, rank) };
  const parameters = PARAMETERS[index];
  if (parameters === undefined)
    throw new Unsupported('chunks along an axis that may grow, in the newer format');
  const find = (): Chunk[] => {
    const address = file.address(indexAt + 1 + parameters);
    if (address === undefined) return [];
    if (index === Index.implicit) return chunksInOrder(file, address, grid);
    return index === Index.fixedArray
      ? chunksOfFixedArray(file, address, grid)
      : chunksOfRecords(file, address, grid);
  };
  return { shape, find };
}

function singleChunk(file: FileBytes, start: number, indexAt: number, rank: number): Chunk[] {
  const isFiltered = (file.u8(start + 2) & IS_FILTERED) !== 0;
  const address = file.address(indexAt + 1 + (isFiltered ? 12 : 0));
  if (address === undefined) return [];
  return [
    {
      origin: new Array<number>(rank).fill(0),
      address,
      size: isFiltered ? file.length(indexAt + 1) : undefined,
      skipped: isFiltered ? file.u32(indexAt + 9) : 0,
    },
  ];
}

interface Grid {
  readonly array: readonly number[];
  readonly chunk: readonly number[];
  /** Of the elements of a chunk. */
  readonly bytes: number;
}

const countsOf = ({ array, chunk }: Grid): number[] =>
  array.map((dim, axis) => Math.ceil(dim / chunk[axis]!));

/** The origin of the chunk with a row-major number. */
function originOf(number: number, counts: readonly number[], { chunk }: Grid): number[] {
  const origin = new Array<number>(counts.length);
  for (let axis = counts.length - 1; axis >= 0; --axis) {
    origin[axis] = (number % counts[axis]!) * chunk[axis]!;
    number = Math.floor(number / counts[axis]!);
  }
  return origin;
}

function chunksInOrder(file: FileBytes, address: number, grid: Grid): Chunk[] {
  const counts = countsOf(grid);
  const count = elementCount(counts);
  file.check(address, count * grid.bytes);
  return Array.from({ length: count }, (_, i) => ({
    origin: originOf(i, counts, grid),
    address: address + i * grid.bytes,
    size: undefined,
    skipped: 0,
  }));
}

function chunksOfFixedArray(file: FileBytes, header: number, grid: Grid): Chunk[] {
  file.expect('FAHD', header);
  const entrySize = file.u8(header + 6);
  const pageEntries = 2 ** file.u8(header + 7);
  const count = file.length(header + 8);
  const block = file.address(header + 16);
  if (block === undefined) return [];
  file.expect('FADB', block);
  const isFiltered = file.u8(header + 5) === 1;
  const counts = countsOf(grid);
  if (entrySize < (isFiltered ? 13 : 8) || count !== elementCount(counts))
    throw new Damaged('its chunks are not those of its shape');
  file.check(block, count * entrySize);
  const pages = count > pageEntries ? Math.ceil(count / pageEntries) : 0;
  const bitmap = Math.ceil(pages / 8);
  const found: Chunk[] = [];
  for (let i = 0; i < count; ++i) {
    const page = Math.floor(i / pageEntries);
    if (pages > 0 && !(file.u8(block + 14 + (page >> 3)) & (0x80 >> (page & 7)))) continue;
    const before = pages > 0 ? bitmap + 4 * (page + 1) : 0; // the bitmap, and checksums
    const entry = block + 14 + before + i * entrySize;
    const address = file.address(entry);
    if (address === undefined) continue;
    found.push({
      origin: originOf(i, counts, grid),
      address,
      size: isFiltered ? file.number(entry + 8, entrySize - 12) : undefined,
      skipped: isFiltered ? file.u32(entry + entrySize - 4) : 0,
    });
  }
  return found;
}

const FILTERED_RECORD = 11;

function chunksOfRecords(file: FileBytes, tree: number, { chunk }: Grid): Chunk[] {
  const { type, recordSize, at } = readRecords(file, tree);
  const origins = 8 * chunk.length;
  const isFiltered = type === FILTERED_RECORD;
  if (recordSize < 8 + origins + (isFiltered ? 5 : 0))
    throw new Damaged('its chunks have another rank');
  return at.map((record) => {
    const scaled = record + recordSize - origins;
    return {
      origin: dims(chunk.length, (axis) => file.length(scaled + 8 * axis) * chunk[axis]!),
      address: file.requiredAddress(record),
      size: isFiltered ? file.number(record + 8, recordSize - 12 - origins) : undefined,
      skipped: isFiltered ? file.u32(scaled - 4) : 0,
    };
  });
}
