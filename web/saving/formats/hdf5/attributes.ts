// Attributes of groups and datasets: strings and lists of strings. Sections IV.A.2.m and III.E of the specification.
import { elementCount } from '../../stored_array.js';
import { readRecords } from './btree2.js';
import { Budget, Damaged, Unsupported, type FileBytes } from './file_bytes.js';
import { readDatatype, readShape } from './datatype.js';
import { FractalHeap } from './fractal_heap.js';
import { Kind, messageOf, sharedMessage, type Message } from './object_header.js';

/** The attributes of an object by name, found once. */
export class Attributes {
  readonly #file: FileBytes;
  readonly #parts = new Map<string, Parts>();

  constructor(file: FileBytes, messages: readonly Message[]) {
    this.#file = file;
    for (const message of messages) {
      if (message.kind !== Kind.attribute) continue;
      this.#add(message.isShared ? sharedMessage(file, message.start, Kind.attribute) : message);
    }
    const info = messageOf(file, messages, Kind.attributeInfo);
    if (info) for (const block of attributesInHeap(file, info)) this.#add(block);
  }

  /** A string, or a list of strings; undefined when there is no attribute of that name. */
  read(name: string): string | string[] | undefined {
    const parts = this.#parts.get(name);
    return parts && readValue(this.#file, parts);
  }

  #add(block: Block): void {
    const parts = readParts(this.#file, block);
    if (!this.#parts.has(parts.name)) this.#parts.set(parts.name, parts);
  }
}

interface Block {
  readonly start: number;
  readonly size: number;
}

const COUNTS_ATTRIBUTES = 0x01;

// The tree that sorts them by name has, for each, its place in the heap.
function attributesInHeap(file: FileBytes, { start }: Message): Block[] {
  const at = start + 2 + (file.u8(start + 1) & COUNTS_ATTRIBUTES ? 2 : 0);
  const address = file.address(at);
  if (address === undefined) return [];
  const heap = new FractalHeap(file, address);
  const budget = new Budget(file);
  return readRecords(file, file.requiredAddress(at + 8)).at.map((record) => {
    const block = heap.at(record);
    budget.spend(block.size);
    return block;
  });
}

interface Parts {
  readonly name: string;
  readonly type: number;
  readonly shape: number;
  readonly data: number;
  readonly end: number;
}

const HAS_SHARED_TYPE = 1;
const HAS_SHARED_SHAPE = 2;

function readParts(file: FileBytes, { start, size }: Block): Parts {
  const version = file.u8(start);
  if (version < 1 || version > 3) throw new Damaged('an attribute has an unknown version');
  // Only the first version pads to multiples of eight.
  const sized = (at: number): number => (version === 1 ? (file.u16(at) + 7) & ~7 : file.u16(at));
  const nameStart = start + (version === 3 ? 9 : 8);
  const type = nameStart + sized(start + 2);
  const shape = type + sized(start + 4);
  const flags = version > 1 ? file.u8(start + 1) : 0;
  if (flags & HAS_SHARED_SHAPE) throw new Unsupported('an attribute with a shared shape');
  const isShared = (flags & HAS_SHARED_TYPE) !== 0;
  return {
    name: file.text(nameStart, file.u16(start + 2)),
    type: isShared ? sharedMessage(file, type, Kind.datatype).start : type,
    shape,
    data: shape + sized(start + 6),
    end: start + size,
  };
}

interface Form {
  /** One string, or a list of strings. */
  readonly isList: boolean;
  readonly count: number;
  readonly kind: 'fixedString' | 'variableString';
  /** Bytes of one element. */
  readonly size: number;
}

// Undefined for an empty list, which may have any type.
function readForm(file: FileBytes, parts: Parts): Form | undefined {
  const shape = readShape(file, parts.shape);
  const count = elementCount(shape ?? [0]);
  if (count === 0) return undefined;
  const type = readDatatype(file, parts.type);
  if (type.kind !== 'fixedString' && type.kind !== 'variableString')
    throw new Unsupported('an attribute that is not a string');
  const size = type.kind === 'fixedString' ? type.size : HEAP_REFERENCE;
  return { isList: shape?.length !== 0, count, kind: type.kind, size };
}

function readValue(file: FileBytes, parts: Parts): string | string[] {
  const form = readForm(file, parts);
  if (form === undefined) return [];
  const { isList, count, kind, size } = form;
  if (size === 0) throw new Damaged('an attribute has elements of no size');
  if (parts.data + count * size > parts.end) throw new Damaged('an attribute is cut short');
  const heaps = new StringHeaps(file);
  const strings = Array.from({ length: count }, (_, i) => {
    const at = parts.data + i * size;
    return kind === 'fixedString' ? file.text(at, size) : heaps.string(at);
  });
  return isList ? strings : strings[0]!;
}

const HEAP_REFERENCE = 16;

const OBJECT_PREFIX = 16;

interface HeapObject {
  readonly start: number;
  readonly size: number;
}

/** Collections of strings of variable length; each is parsed once. */
class StringHeaps {
  readonly #file: FileBytes;
  readonly #budget: Budget;
  // In a sound file no two references share a string, so that all strings together fit in the file.
  readonly #stringBudget: Budget;
  readonly #collections = new Map<number, Map<number, HeapObject>>();

  constructor(file: FileBytes) {
    this.#file = file;
    this.#budget = new Budget(file);
    this.#stringBudget = new Budget(file);
  }

  /** The string at a reference: its length, the address of a collection, and an index there. */
  string(at: number): string {
    const length = this.#file.u32(at);
    if (length === 0) return '';
    const object = this.#collection(this.#file.requiredAddress(at + 4)).get(
      this.#file.u32(at + 12),
    );
    if (!object || length > object.size) throw new Damaged('a string is not in its heap');
    this.#stringBudget.spend(length);
    return this.#file.text(object.start, length);
  }

  #collection(address: number): Map<number, HeapObject> {
    const known = this.#collections.get(address);
    if (known) return known;
    this.#file.expect('GCOL', address);
    const total = this.#file.length(address + 8);
    this.#budget.spend(total);
    const objects = new Map<number, HeapObject>();
    for (let at = address + 16; at + OBJECT_PREFIX <= address + total;) {
      const number = this.#file.u16(at);
      if (number === 0) break; // the rest is free space
      const size = this.#file.length(at + 8);
      objects.set(number, { start: at + OBJECT_PREFIX, size });
      at += OBJECT_PREFIX + Math.ceil(size / 8) * 8;
    }
    this.#collections.set(address, objects);
    return objects;
  }
}
