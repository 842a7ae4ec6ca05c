// Messages of object headers: shapes, element types, storage, attributes. Section IV.A.2 of the HDF5 specification; the
// versions and flags are h5py's defaults, `libver='earliest'`.
import type { StoredDType } from '../../../stored_array.js';
import { Kind } from '../object_header.js';
import { PartWriter } from './file_parts.js';

/** A message without its header. */
export interface WrittenMessage {
  readonly kind: number;
  /** Whether the message never changes. */
  readonly isConstant?: boolean;
  readonly body: Uint8Array;
}

/** A header of an object: version 1, with all messages in one block of at least `leastSize` bytes. */
export function objectHeader(messages: readonly WrittenMessage[], leastSize = 0): Uint8Array {
  const block = new PartWriter();
  for (const { kind, isConstant = false, body } of messages)
    writeMessage(block, kind, isConstant ? 1 : 0, body);
  let count = messages.length;
  // Room for attributes that other programs add later.
  const left = leastSize - block.size;
  if (left >= MESSAGE_PREFIX) {
    writeMessage(block, NOTHING, 0, new Uint8Array(left - MESSAGE_PREFIX));
    ++count;
  }
  const header = new PartWriter().u8(1, 0).u16(count).u32(1).u32(block.size).pad();
  return header.bytes(block.finish()).finish();
}

const MESSAGE_PREFIX = 8;
const NOTHING = 0;

function writeMessage(to: PartWriter, kind: number, flags: number, body: Uint8Array): void {
  const padded = Math.ceil(body.length / 8) * 8;
  to.u16(kind).u16(padded).u8(flags, 0, 0, 0).bytes(body).pad();
}

/** The dataspace of a shape; a scalar has no dimensions. */
function dataspace(shape: readonly number[]): Uint8Array {
  const HAS_MAXIMA = 1;
  const part = new PartWriter().u8(1, shape.length, shape.length === 0 ? 0 : HAS_MAXIMA).pad();
  for (const dim of [...shape, ...shape]) part.length(dim); // dimensions, and their maxima
  return part.finish();
}

// Classes of element types, of version 1.
const INTEGER = 0x10;
const FLOAT = 0x11;
const STRING = 0x13;
const OPAQUE = 0x15;
const ENUMERATED = 0x18;
const VARIABLE = 0x19;

function elementType(kind: number, [a = 0, b = 0]: readonly number[], size: number): PartWriter {
  return new PartWriter().u8(kind, a, b, 0).u32(size);
}

const SIGNED = 8;

const integer = (size: number, isSigned: boolean): PartWriter =>
  elementType(INTEGER, [isSigned ? SIGNED : 0], size)
    .u16(0)
    .u16(8 * size);

// IEEE 754: sign in the highest bit, then the exponent, then the fraction with an implied leading 1.
function float(size: number, exponentBits: number): PartWriter {
  const bits = 8 * size;
  const fractionBits = bits - 1 - exponentBits;
  return elementType(FLOAT, [0x20, bits - 1], size)
    .u16(0)
    .u16(bits)
    .u8(fractionBits, exponentBits, 0, fractionBits)
    .u32(2 ** (exponentBits - 1) - 1);
}

// As h5py stores NumPy's booleans.
const boolean = (): PartWriter =>
  elementType(ENUMERATED, [2], 1)
    .bytes(integer(1, true).finish())
    .text('FALSE\0\0\0TRUE\0\0\0\0')
    .u8(0, 1);

const elementTypes: Record<StoredDType, () => PartWriter> = {
  bool: boolean,
  uint8: () => integer(1, false),
  uint16: () => integer(2, false),
  uint32: () => integer(4, false),
  uint64: () => integer(8, false),
  int8: () => integer(1, true),
  int16: () => integer(2, true),
  int32: () => integer(4, true),
  int64: () => integer(8, true),
  float16: () => float(2, 5),
  float32: () => float(4, 8),
  float64: () => float(8, 11),
  bfloat16: () => elementType(OPAQUE, [], 2),
};

const NULL_PADDED = 1;
const fixedString = (width: number): PartWriter => elementType(STRING, [NULL_PADDED], width);

const IS_STRING = 1;
const UTF8 = 1;
export const REFERENCE_BYTES = 16;

/** A string of variable length: a reference into a heap. */
const variableString = (isUtf8: boolean): PartWriter =>
  elementType(VARIABLE, [IS_STRING, isUtf8 ? UTF8 : 0], REFERENCE_BYTES).bytes(
    integer(1, false).finish(),
  );

/** The messages that describe an array whose elements are at `address`; undefined when it has no elements. */
export function arrayMessages(
  shape: readonly number[],
  dtype: StoredDType,
  size: number,
  address: number | undefined,
): WrittenMessage[] {
  const fill = { version: 2, allocateLate: 2, writeIfSet: 2, isDefined: 1 };
  const CONTIGUOUS = 1;
  return [
    { kind: Kind.dataspace, body: dataspace(shape) },
    { kind: Kind.datatype, isConstant: true, body: elementTypes[dtype]().finish() },
    {
      kind: Kind.fillValue,
      isConstant: true,
      body: new PartWriter()
        .u8(...Object.values(fill))
        .u32(0)
        .finish(),
    },
    {
      kind: Kind.layout,
      body: new PartWriter().u8(3, CONTIGUOUS).address(address).length(size).finish(),
    },
  ];
}

/** The message of a group with its members in a tree and their names in a heap. */
export const symbolTableMessage = (tree: number, heap: number): WrittenMessage => ({
  kind: Kind.symbolTable,
  body: new PartWriter().address(tree).address(heap).finish(),
});

function attribute(
  name: string,
  type: PartWriter,
  shape: readonly number[],
  data: Uint8Array,
): WrittenMessage {
  const space = dataspace(shape);
  const part = new PartWriter().u8(1, 0);
  const nameBytes = new PartWriter().text(`${name}\0`).finish();
  part.u16(nameBytes.length).u16(type.size).u16(space.length);
  for (const bytes of [nameBytes, type.finish(), space]) part.bytes(bytes).pad();
  return { kind: Kind.attribute, body: part.bytes(data).finish() };
}

/** An attribute that is one string, given as a reference into a heap of strings. */
export const stringAttribute = (
  name: string,
  reference: Uint8Array,
  isUtf8: boolean,
): WrittenMessage => attribute(name, variableString(isUtf8), [], reference);

/** An attribute that is a list of strings, given as references into a heap of strings. */
export function listAttribute(name: string, references: readonly Uint8Array[]): WrittenMessage {
  const data = new PartWriter();
  for (const reference of references) data.bytes(reference);
  return attribute(name, variableString(false), [references.length], data.finish());
}

/** An attribute that is a list of strings, stored with `width` bytes each. */
export function fixedListAttribute(
  name: string,
  list: readonly Uint8Array[],
  width: number,
): WrittenMessage {
  const data = new PartWriter();
  for (const text of list) data.bytes(text).zeros(width - text.length);
  return attribute(name, fixedString(width), [list.length], data.finish());
}

/** An empty list, which h5py stores as numbers. */
export const emptyListAttribute = (name: string): WrittenMessage =>
  attribute(name, elementTypes.float64(), [0], new Uint8Array(0));
