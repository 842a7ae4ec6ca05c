// Attributes of groups and datasets: texts and lists of texts. Sections IV.A.2.m and III.E of the specification.
import { Budget, Damaged, NeedsCompleteReader, type FileBytes } from './bytes.js';
import { readDatatype, readShape, type ElementType } from './datatype.js';
import { elementCount } from '../../weight_file.js';
import { Kind, messageOf, type Message } from './object_header.js';

/** The attributes of an object by name, found once. */
export class Attributes {
  readonly #file: FileBytes;
  readonly #parts = new Map<string, Parts>();
  readonly #hasMore: boolean;

  constructor(file: FileBytes, messages: readonly Message[]) {
    this.#file = file;
    for (const message of messages) {
      if (message.kind !== Kind.attribute) continue;
      if (message.isShared) throw new NeedsCompleteReader('a shared attribute');
      const parts = readParts(file, message);
      if (!this.#parts.has(parts.name)) this.#parts.set(parts.name, parts);
    }
    const info = messageOf(messages, Kind.attributeInfo);
    this.#hasMore = info !== undefined && manyAttributes(file, info) !== undefined;
  }

  /** A text, or a list of texts; undefined when there is no attribute of that name. */
  read(name: string): string | string[] | undefined {
    const parts = this.#parts.get(name);
    if (parts) return readValue(this.#file, parts);
    if (this.#hasMore) throw new NeedsCompleteReader('a heap of attributes');
    return undefined;
  }
}

const COUNTS_ATTRIBUTES = 0x01;

function manyAttributes(file: FileBytes, { start }: Message): number | undefined {
  return file.address(start + 2 + (file.u8(start + 1) & COUNTS_ATTRIBUTES ? 2 : 0));
}

interface Parts {
  readonly name: string;
  readonly type: number;
  readonly shape: number;
  readonly data: number;
  readonly end: number;
  readonly isShared: boolean;
}

function readParts(file: FileBytes, { start, size }: Message): Parts {
  const version = file.u8(start);
  if (version < 1 || version > 3) throw new Damaged('an attribute has an unknown version');
  // Only the first version fills up to multiples of eight.
  const sized = (at: number): number => (version === 1 ? (file.u16(at) + 7) & ~7 : file.u16(at));
  const nameStart = start + (version === 3 ? 9 : 8);
  const type = nameStart + sized(start + 2);
  const shape = type + sized(start + 4);
  return {
    name: file.text(nameStart, file.u16(start + 2)),
    type,
    shape,
    data: shape + sized(start + 6),
    end: start + size,
    isShared: version > 1 && file.u8(start + 1) !== 0,
  };
}

function readValue(file: FileBytes, parts: Parts): string | string[] {
  if (parts.isShared) throw new NeedsCompleteReader('an attribute of a shared type');
  const shape = readShape(file, parts.shape);
  const count = elementCount(shape ?? [0]);
  if (count === 0) return []; // an empty list has any type
  const type = readDatatype(file, parts.type);
  const size = elementSize(type);
  if (size === 0) throw new Damaged('an attribute has elements of no size');
  if (parts.data + count * size > parts.end) throw new Damaged('an attribute is cut short');
  const heaps = new TextHeaps(file);
  const texts = Array.from({ length: count }, (_, i) => {
    const at = parts.data + i * size;
    return type.kind === 'text' ? file.text(at, size) : heaps.text(at);
  });
  return shape?.length === 0 ? texts[0]! : texts;
}

const HEAP_REFERENCE = 16;

function elementSize(type: ElementType): number {
  if (type.kind === 'texts') return HEAP_REFERENCE;
  if (type.kind === 'text') return type.size;
  throw new NeedsCompleteReader('an attribute that is no text');
}

const OBJECT_PREFIX = 16;

interface HeapObject {
  readonly start: number;
  readonly size: number;
}

/** Collections of texts of any length, each read once. */
class TextHeaps {
  readonly #file: FileBytes;
  readonly #budget: Budget;
  // Each text has its own place in a sound file: one that is referred to again and again ends here.
  readonly #textBudget: Budget;
  readonly #collections = new Map<number, Map<number, HeapObject>>();

  constructor(file: FileBytes) {
    this.#file = file;
    this.#budget = new Budget(file);
    this.#textBudget = new Budget(file);
  }

  /** The text that is referred to: by its length, the address of a collection, and a number there. */
  text(at: number): string {
    const length = this.#file.u32(at);
    if (length === 0) return '';
    const object = this.#collection(this.#file.place(at + 4)).get(this.#file.u32(at + 12));
    if (!object || length > object.size) throw new Damaged('a text is not in its heap');
    this.#textBudget.spend(length);
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
      if (number === 0) break; // what is left is free
      const size = this.#file.length(at + 8);
      objects.set(number, { start: at + OBJECT_PREFIX, size });
      at += OBJECT_PREFIX + Math.ceil(size / 8) * 8;
    }
    this.#collections.set(address, objects);
    return objects;
  }
}
