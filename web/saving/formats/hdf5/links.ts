// The members of a group: in a B-tree of symbol tables, as h5py writes them by default (sections III.A to III.D of the
// specification), in messages of the group itself, or in a heap.
import { readRecords } from './btree2.js';
import { Budget, Damaged, Unsupported, type FileBytes } from './file_bytes.js';
import { FractalHeap } from './fractal_heap.js';
import { Kind, messageOf, type Message } from './object_header.js';

/** The address of a member, or the kind of a link that is not a hard link. */
export type Target = number | 'SoftLink' | 'ExternalLink';

/** The members by name, in the file's order; undefined when the object is not a group. */
export function readLinks(
  file: FileBytes,
  messages: readonly Message[],
): Map<string, Target> | undefined {
  const table = messageOf(file, messages, Kind.symbolTable);
  if (table)
    return readSymbolTables(
      file,
      file.requiredAddress(table.start),
      file.requiredAddress(table.start + 8),
    );
  const info = messageOf(file, messages, Kind.linkInfo);
  if (!info) return undefined;
  const inMessages = messages
    .filter(({ kind }) => kind === Kind.link)
    .map((message) => readLink(file, message.start));
  return new Map([...inMessages, ...linksInHeap(file, info)]);
}

const COUNTS_LINKS = 0x01;

const BYTES_OF_HASH = 4;

// The tree that sorts them by name has, for each, a hash of the name and its place in the heap.
function linksInHeap(file: FileBytes, { start }: Message): [string, Target][] {
  const at = start + 2 + (file.u8(start + 1) & COUNTS_LINKS ? 8 : 0);
  const address = file.address(at);
  if (address === undefined) return [];
  const heap = new FractalHeap(file, address);
  const budget = new Budget(file);
  return readRecords(file, file.requiredAddress(at + 8)).at.map((record) => {
    const { start: link, size } = heap.at(record + BYTES_OF_HASH);
    budget.spend(size);
    return readLink(file, link);
  });
}

const HARD = 0;
const SOFT = 1;
const EXTERNAL = 64;

function readLink(file: FileBytes, start: number): [string, Target] {
  const flags = file.u8(start + 1);
  let at = start + 2;
  const type = flags & 0x08 ? file.u8(at++) : HARD;
  if (flags & 0x04) at += 8; // creation order
  if (flags & 0x10) at += 1; // character set: ASCII or UTF-8, both decoded as UTF-8
  const length = file.sized(at, flags & 3);
  at += 1 << (flags & 3);
  const name = file.text(at, length);
  if (type === SOFT) return [name, 'SoftLink'];
  if (type === EXTERNAL) return [name, 'ExternalLink'];
  if (type !== HARD) throw new Unsupported('a user-defined link');
  return [name, file.requiredAddress(at + length)];
}

const NODE_PREFIX = 24;
const TABLE_PREFIX = 8;
const ENTRY = 40;

interface Heap {
  readonly start: number;
  readonly size: number;
}

function readSymbolTables(file: FileBytes, tree: number, heapAddress: number): Map<string, Target> {
  file.expect('HEAP', heapAddress);
  const heap = {
    start: file.requiredAddress(heapAddress + 24),
    size: file.length(heapAddress + 8),
  };
  const budget = new Budget(file);
  const found = new Map<string, Target>();
  const visit = (node: number, above: number): void => {
    file.expect('TREE', node);
    const level = file.u8(node + 5);
    if (level >= above) throw new Damaged('a tree of names is not in order');
    const count = file.u16(node + 6);
    budget.spend(NODE_PREFIX + 16 * count);
    for (let i = 0; i < count; ++i) {
      // Keys, which are names, and children alternate.
      const child = file.requiredAddress(node + NODE_PREFIX + 8 + 16 * i);
      if (level > 0) visit(child, level);
      else readTable(file, child, heap, budget, found);
    }
  };
  visit(tree, 256);
  return found;
}

const IS_SOFT = 2;

function readTable(
  file: FileBytes,
  table: number,
  heap: Heap,
  budget: Budget,
  found: Map<string, Target>,
): void {
  file.expect('SNOD', table);
  const count = file.u16(table + 6);
  budget.spend(TABLE_PREFIX + ENTRY * count);
  for (let i = 0; i < count; ++i) {
    const at = table + TABLE_PREFIX + ENTRY * i;
    const offset = file.length(at);
    if (offset >= heap.size) throw new Damaged('a name is outside its heap');
    const name = file.text(heap.start + offset, heap.size - offset);
    budget.spend(name.length);
    found.set(name, file.u32(at + 16) === IS_SOFT ? 'SoftLink' : file.requiredAddress(at + 8));
  }
}
