// Copies the chunks of an array to their places.
import { elementCount } from '../../stored_array.js';
import type { Chunk, Chunking } from './chunks.js';
import { Damaged } from './file_bytes.js';
import { undoFilters, type Filter, type Inflate } from './filters.js';

/** The number of elements of all chunks that cover an array. */
export const paddedCount = (shape: readonly number[], chunk: readonly number[]): number =>
  elementCount(shape.map((dim, axis) => Math.ceil(dim / chunk[axis]!) * chunk[axis]!));

interface ChunkedArray {
  readonly shape: readonly number[];
  readonly chunking: Chunking;
  readonly filters: readonly Filter[];
  readonly elementSize: number;
  /** Present where a filter needs it. */
  readonly inflate: Inflate | undefined;
}

/** Copies chunks into the elements of an array. */
export class ChunkAssembler {
  /** The size of a chunk without filters. */
  readonly chunkBytes: number;
  readonly #out: Uint8Array;
  readonly #array: ChunkedArray;
  readonly #added = new Set<string>();

  constructor(out: Uint8Array, array: ChunkedArray) {
    this.#out = out;
    this.#array = array;
    this.chunkBytes = elementCount(array.chunking.shape) * array.elementSize;
  }

  /** Throws Damaged for a chunk that was added before, that lies outside the array, or that has another size. */
  add(chunk: Chunk, packed: Uint8Array): void {
    const { shape, chunking, filters, elementSize, inflate } = this.#array;
    checkOrigin(chunk, shape, chunking.shape);
    const key = chunk.origin.join();
    if (this.#added.has(key)) throw new Damaged('a chunk is there twice');
    this.#added.add(key);
    const size = this.chunkBytes;
    const bytes = undoFilters(packed, filters, chunk.skipped, { size, elementSize, inflate });
    copyChunk(bytes, chunking.shape, this.#out, shape, chunk.origin, elementSize);
  }
}

// A chunk after the end of an array that was made smaller would lie outside.
function checkOrigin({ origin }: Chunk, shape: readonly number[], chunk: readonly number[]): void {
  if (origin.some((at, axis) => at >= shape[axis]! || at % chunk[axis]! !== 0))
    throw new Damaged('a chunk is outside its array');
}

// Copies row by row; the last axis is contiguous in both.
function copyChunk(
  from: Uint8Array,
  chunk: readonly number[],
  to: Uint8Array,
  shape: readonly number[],
  origin: readonly number[],
  elementSize: number,
): void {
  const last = shape.length - 1;
  const copy = (axis: number, source: number, target: number): void => {
    const count = Math.min(chunk[axis]!, shape[axis]! - origin[axis]!);
    const start = target * shape[axis]! + origin[axis]!;
    if (axis === last) {
      const at = source * chunk[axis]! * elementSize;
      to.set(from.subarray(at, at + count * elementSize), start * elementSize);
      return;
    }
    for (let i = 0; i < count; ++i) copy(axis + 1, source * chunk[axis]! + i, start + i);
  };
  copy(0, 0, 0);
}
