// Heaps of links or attributes of objects that have many. Section III.G of the specification.
import { bytesForLimit, readRecords } from './btree2.js';
import { Damaged, Unsupported, type FileBytes } from './file_bytes.js';

/** An object in a heap. */
export interface HeapObject {
  readonly start: number;
  readonly size: number;
}

const Kind = { managed: 0, huge: 1, tiny: 2 } as const;
const BLOCK_PREFIX = 13; // signature, version, address of the heap
const HUGE_RECORD = 1;

/** Finds the objects of the heap at an address. */
export class FractalHeap {
  readonly #file: FileBytes;
  readonly #start: number;
  readonly #offsetSize: number;
  readonly #lengthSize: number;
  readonly #table: DoublingTable;
  #huge: Map<number, HeapObject> | undefined;

  constructor(file: FileBytes, start: number) {
    file.expect('FRHP', start);
    if (file.u16(start + 7) > 0) throw new Unsupported('a compressed heap of links or attributes');
    this.#file = file;
    this.#start = start;
    const bits = file.u16(start + 128);
    const largestDirect = file.length(start + 120);
    this.#offsetSize = Math.ceil(bits / 8);
    this.#lengthSize = Math.min(
      Math.ceil(Math.log2(Math.max(2, largestDirect)) / 8),
      bytesForLimit(file.u32(start + 10)),
    );
    this.#table = {
      width: file.u16(start + 110),
      firstSize: file.length(start + 112),
      largestDirect,
      entriesAt: BLOCK_PREFIX + this.#offsetSize,
    };
    checkTable(this.#table);
  }

  /** The object whose id is at an address. */
  at(id: number): HeapObject {
    const file = this.#file;
    const flags = file.u8(id);
    switch ((flags >> 4) & 3) {
      case Kind.managed: {
        const offset = file.number(id + 1, this.#offsetSize);
        const size = file.number(id + 1 + this.#offsetSize, this.#lengthSize);
        return { start: this.#managed(offset, size), size };
      }
      case Kind.huge: {
        const idSize = Math.min(8, file.u16(this.#start + 5) - 1);
        const found = this.#hugeObjects().get(file.number(id + 1, idSize));
        if (!found) throw new Damaged('a large object is not in its heap');
        return found;
      }
      case Kind.tiny:
        return { start: id + 1, size: (flags & 15) + 1 };
    }
    throw new Damaged('an object of a heap has an unknown kind');
  }

  // Offsets count the bytes of all blocks, prefixes included.
  #managed(offset: number, size: number): number {
    const file = this.#file;
    const root = file.requiredAddress(this.#start + 132);
    const rows = file.u16(this.#start + 140);
    const found =
      rows === 0
        ? { block: root, at: offset, size: this.#table.firstSize }
        : findBlock(file, this.#table, root, rows, offset);
    file.expect('FHDB', found.block);
    if (found.at + size > found.size) throw new Damaged('an object is not in its block of a heap');
    return found.block + found.at;
  }

  #hugeObjects(): Map<number, HeapObject> {
    if (this.#huge) return this.#huge;
    const file = this.#file;
    const { type, at } = readRecords(file, file.requiredAddress(this.#start + 22));
    if (type !== HUGE_RECORD) throw new Unsupported('large objects in a heap of this kind');
    return (this.#huge = new Map(
      at.map((record) => [
        file.length(record + 16),
        { start: file.requiredAddress(record), size: file.length(record + 8) },
      ]),
    ));
  }
}

/** How blocks grow: each row has `width` blocks, and from the second row on they are twice as large as in the row before. */
interface DoublingTable {
  readonly width: number;
  readonly firstSize: number;
  /** The size of the largest blocks with objects; larger ones have blocks. */
  readonly largestDirect: number;
  /** Where the addresses begin in a block with blocks. */
  readonly entriesAt: number;
}

const isPowerOf2 = (value: number): boolean => value > 0 && Number.isInteger(Math.log2(value));

function checkTable({ width, firstSize, largestDirect }: DoublingTable): void {
  if (![width, firstSize, largestDirect].every(isPowerOf2) || largestDirect < firstSize)
    throw new Damaged('a heap has blocks of an impossible size');
}

const MOST_ROWS = 64;

function findBlock(
  file: FileBytes,
  table: DoublingTable,
  block: number,
  rows: number,
  offset: number,
): { block: number; at: number; size: number } {
  file.expect('FHIB', block);
  let size = table.firstSize;
  let before = 0;
  for (let row = 0; row < Math.min(rows, MOST_ROWS); ++row) {
    if (row > 1) size *= 2;
    const inRow = offset - before;
    if (inRow < size * table.width) {
      const column = Math.floor(inRow / size);
      const entry = block + table.entriesAt + 8 * (row * table.width + column);
      const child = file.requiredAddress(entry);
      const at = inRow - column * size;
      if (size <= table.largestDirect) return { block: child, at, size };
      // The blocks below together are as large as this one, so that it has fewer rows.
      const childRows = Math.log2(size) - Math.log2(table.firstSize * table.width) + 1;
      return findBlock(file, table, child, Math.min(childRows, rows - 1), at);
    }
    before += size * table.width;
  }
  throw new Damaged('an object is after the end of its heap');
}
