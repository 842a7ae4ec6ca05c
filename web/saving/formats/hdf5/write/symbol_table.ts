// The members of a group: sorted in a B-tree of symbol tables, with their names in a heap. Sections III.A to III.D of the
// HDF5 specification.
import { encodeText, PartWriter, type FileParts } from './file_parts.js';

/** A group in the file: its header, and the tree and the heap to which the header points. */
export interface PlacedGroup {
  readonly header: number;
  readonly tree: number;
  readonly heap: number;
}

/** An array in the file. */
export interface PlacedArray {
  readonly header: number;
}

export type PlacedObject = PlacedGroup | PlacedArray;

/** Half of the most entries of a table, and of the most children of a node of the tree: h5py's defaults. */
export const TABLE_K = 4;
export const TREE_K = 16;

const TABLE_ENTRIES = 2 * TABLE_K;
const NODE_CHILDREN = 2 * TREE_K;
const ENTRY_BYTES = 40;
const TABLE_BYTES = 8 + TABLE_ENTRIES * ENTRY_BYTES;
const NODE_BYTES = 24 + 8 * (NODE_CHILDREN + 1) + 8 * NODE_CHILDREN;

/** Places the tables, the tree and the heap of a group. */
export function placeMembers(
  parts: FileParts,
  members: ReadonlyMap<string, PlacedObject>,
): { tree: number; heap: number } {
  const sorted = [...members]
    .map(([name, object]) => ({ name: encodeText(name), object }))
    .sort((a, b) => compareBytes(a.name, b.name));
  const names = new NameHeap();
  const entries = sorted.map(({ name, object }) => ({ name: names.add(name), object }));
  const tables = inRuns(entries, TABLE_ENTRIES).map((run) => ({
    address: parts.place(symbolTable(run)),
    last: run.at(-1)!.name,
  }));
  return { tree: placeTree(parts, tables), heap: names.place(parts) };
}

interface Entry {
  /** The offset of the name in the heap. */
  readonly name: number;
  readonly object: PlacedObject;
}

function symbolTable(entries: readonly Entry[]): Uint8Array {
  const part = new PartWriter().text('SNOD').u8(1, 0).u16(entries.length);
  for (const { name, object } of entries) writeEntry(part, name, object);
  return part.pad(TABLE_BYTES).finish();
}

const CACHED_GROUP = 1;

/** Writes a symbol table entry, which repeats where a group has its tree and heap. */
export function writeEntry(part: PartWriter, name: number, object: PlacedObject): void {
  part.length(name).address(object.header);
  if ('tree' in object) part.u32(CACHED_GROUP).u32(0).address(object.tree).address(object.heap);
  else part.zeros(24);
}

/** A table or a node below a node, and the offset of the last name in it. */
interface Child {
  readonly address: number;
  readonly last: number;
}

// Builds the tree level by level, from the tables up, and returns the address of its root.
function placeTree(parts: FileParts, tables: readonly Child[]): number {
  let below = tables;
  for (let level = 0; ; ++level) {
    const runs = inRuns(below, NODE_CHILDREN);
    if (runs.length === 0) runs.push([]);
    const start = parts.next;
    const block = new PartWriter();
    let last = 0;
    const nodes = runs.map((children, i) => {
      const neighbor = (at: number): number | undefined => runs[at] && start + at * NODE_BYTES;
      block.text('TREE').u8(0, level).u16(children.length);
      block.address(neighbor(i - 1)).address(neighbor(i + 1));
      block.length(last);
      for (const child of children) block.address(child.address).length((last = child.last));
      block.pad((i + 1) * NODE_BYTES);
      return { address: start + i * NODE_BYTES, last };
    });
    parts.place(block.finish());
    if (nodes.length === 1) return start;
    below = nodes;
  }
}

const LEAST_NAMES = 88;
const FREE_BLOCK = 16;
const NO_FREE_BLOCK = 1;

class NameHeap {
  // Offset 0 has the empty name, which is less than all others.
  readonly #names = new PartWriter().zeros(8);

  /** Returns the offset of the name. */
  add(name: Uint8Array): number {
    const offset = this.#names.size;
    this.#names.bytes(name).u8(0).pad();
    return offset;
  }

  place(parts: FileParts): number {
    const names = this.#names;
    const used = names.size;
    const left = LEAST_NAMES - used;
    const hasFree = left >= FREE_BLOCK;
    if (hasFree) names.length(NO_FREE_BLOCK).length(left).pad(LEAST_NAMES);
    const data = parts.place(names.finish());
    const head = new PartWriter().text('HEAP').zeros(4).length(names.size);
    return parts.place(
      head
        .length(hasFree ? used : NO_FREE_BLOCK)
        .address(data)
        .finish(),
    );
  }
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; ++i) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

function inRuns<T>(items: readonly T[], size: number): T[][] {
  const runs: T[][] = [];
  for (let i = 0; i < items.length; i += size) runs.push(items.slice(i, i + size));
  return runs;
}
