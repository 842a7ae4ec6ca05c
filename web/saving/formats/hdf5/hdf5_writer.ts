// Writes HDF5 files with the structure that h5py's default gives them: groups as symbol tables, arrays in one piece. Section II.A of the HDF5 specification has the superblock.
import { RuntimeError, ValueError } from '../../../errors/errors.js';
import type { PartedBytes } from '../../parted_bytes.js';
import type { ArrayToWrite } from '../../stored_array.js';
import type { AttributeName } from '../../weight_reader.js';
import type { AttributeValue, WeightWriter } from '../../weight_writer.js';
import { HDF5_MAGIC } from './superblock.js';
import { encodeText, FileParts, PartWriter } from './write/file_parts.js';
import {
  arrayMessages,
  emptyListAttribute,
  fixedListAttribute,
  listAttribute,
  objectHeader,
  REFERENCE_BYTES,
  stringAttribute,
  symbolTableMessage,
  type WrittenMessage,
} from './write/messages.js';
import { StringHeap } from './write/string_heap.js';
import {
  placeMembers,
  TABLE_K,
  TREE_K,
  writeEntry,
  type PlacedArray,
  type PlacedGroup,
} from './write/symbol_table.js';

interface Group {
  readonly attributes: Map<AttributeName, AttributeValue>;
  readonly members: Map<string, Group | ArrayToWrite>;
}

const newGroup = (): Group => ({ attributes: new Map(), members: new Map() });

const isGroup = (member: Group | ArrayToWrite): member is Group => 'members' in member;

/** The file refers to the arrays. */
export class Hdf5Writer implements WeightWriter {
  #root = newGroup();

  attribute(group: string, name: AttributeName, value: AttributeValue): void {
    this.#groupAt(group).attributes.set(name, value);
  }

  /** Throws ValueError when there is an array or a group at the path. */
  write(path: string, array: ArrayToWrite): void {
    const nameStart = path.lastIndexOf('/') + 1;
    const { members } = this.#groupAt(path.slice(0, nameStart));
    const name = path.slice(nameStart);
    if (members.has(name)) throw exists('dataset', path);
    members.set(name, array);
  }

  finish(): PartedBytes {
    const root = this.#root;
    this.#root = newGroup();
    return fileOf(root);
  }

  #groupAt(path: string): Group {
    let group = this.#root;
    for (const step of path.split('/').filter(Boolean)) {
      let child = group.members.get(step);
      if (!child) group.members.set(step, (child = newGroup()));
      else if (!isGroup(child)) throw exists('group', path);
      group = child;
    }
    return group;
  }
}

const exists = (what: string, path: string): ValueError =>
  new ValueError(`Unable to synchronously create ${what} (name already exists): ${path}`);

const SUPERBLOCK_BYTES = 96;

function fileOf(root: Group): PartedBytes {
  const parts = new FileParts();
  const superblock = new Uint8Array(SUPERBLOCK_BYTES);
  parts.place(superblock);
  const placed = placeGroup(parts, new StringHeap(parts), root);
  const SIZES = 8; // of addresses and of lengths
  const part = new PartWriter().u8(...HDF5_MAGIC).zeros(5);
  part.u8(SIZES, SIZES, 0).u16(TABLE_K).u16(TREE_K).u32(0);
  part.address(0).address(undefined).address(parts.end).address(undefined);
  writeEntry(part, 0, placed);
  superblock.set(part.finish());
  return parts.content;
}

function placeGroup(parts: FileParts, strings: StringHeap, group: Group): PlacedGroup {
  const members = new Map(
    [...group.members].map(([name, member]) => [
      name,
      isGroup(member) ? placeGroup(parts, strings, member) : placeArray(parts, strings, member),
    ]),
  );
  const { tree, heap } = placeMembers(parts, members);
  const messages = [symbolTableMessage(tree, heap)];
  for (const [name, value] of group.attributes)
    messages.push(...attributeMessages(strings, name, value));
  return { header: parts.place(objectHeader(messages)), tree, heap };
}

/** The least size of the messages of an array. */
const ARRAY_HEADER = 256;

function placeArray(
  parts: FileParts,
  strings: StringHeap,
  { shape, dtype, bytes }: ArrayToWrite,
): PlacedArray {
  const address = bytes.length === 0 ? undefined : parts.place(bytes);
  const messages = arrayMessages(shape, dtype, bytes.length, address);
  // HDF5 has no bfloat16: Keras states it beside opaque elements.
  if (dtype === 'bfloat16') messages.push(...attributeMessages(strings, 'dtype', dtype));
  return { header: parts.place(objectHeader(messages, ARRAY_HEADER)) };
}

// HDF5 limits a message, and so an attribute, to 64 KiB: Keras splits longer lists into name0, name1, ...
const ATTRIBUTE_LIMIT = 64_512;

function attributeMessages(
  strings: StringHeap,
  name: string,
  value: AttributeValue,
): WrittenMessage[] {
  if (typeof value === 'string')
    return [stringAttribute(name, strings.add(encodeText(value)), true)];
  if (value instanceof Uint8Array) return [stringAttribute(name, strings.add(value), false)];
  if (value.length === 0) return [emptyListAttribute(name)];
  const list = value.map(encodeText);
  checkLengths(list, value);
  const width = Math.max(1, ...list.map(({ length }) => length));
  const chunks = splitEvenly(list, Math.floor(ATTRIBUTE_LIMIT / width));
  if (chunks.length > 1)
    return chunks.map((chunk, i) => fixedListAttribute(`${name}${i}`, chunk, width));
  // Keras fails here when the names fit but references to them do not.
  if (list.length * REFERENCE_BYTES > ATTRIBUTE_LIMIT)
    return [fixedListAttribute(name, list, width)];
  return [
    listAttribute(
      name,
      list.map((text) => strings.add(text)),
    ),
  ];
}

function checkLengths(list: readonly Uint8Array[], value: readonly string[]): void {
  const tooLong = value.filter((_, i) => list[i]!.length > ATTRIBUTE_LIMIT);
  if (tooLong.length === 0) return;
  throw new RuntimeError(
    `The following attributes cannot be saved to HDF5 file because they are larger than ${ATTRIBUTE_LIMIT} bytes: [${tooLong.map((text) => `b'${text}'`).join(', ')}]`,
  );
}

// As numpy.array_split() with the least number of chunks of at most `most` items: sizes differ by at most one.
function splitEvenly<T>(items: readonly T[], most: number): T[][] {
  const count = Math.ceil(items.length / most);
  const size = Math.floor(items.length / count);
  const larger = items.length % count;
  let at = 0;
  return Array.from({ length: count }, (_, i) =>
    items.slice(at, (at += size + (i < larger ? 1 : 0))),
  );
}
