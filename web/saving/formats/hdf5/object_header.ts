// Object headers of HDF5: the list of messages that describe an object. Section IV.A of the specification.
import { Budget, Damaged, Unsupported, type FileBytes } from './file_bytes.js';

/** Kinds of messages. */
export const Kind = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  oldFillValue: 0x04,
  fillValue: 0x05,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

export interface Message {
  readonly kind: number;
  readonly start: number;
  readonly size: number;
  /** Whether it refers to a message that several objects share. */
  readonly isShared: boolean;
}

const SHARED = 0x02;

/** How the messages of a header are laid out. */
interface Layout {
  /** Of the first block. */
  readonly start: number;
  readonly end: number;
  /** Bytes before each message: kind, size, flags and, in some files, its creation index. */
  readonly prefix: number;
  readonly kindExponent: 0 | 1;
  /** The signature of further blocks, which then end with a checksum. */
  readonly signature: string | undefined;
}

/** The messages at an address, in the file's order. */
export function readMessages(file: FileBytes, address: number): Message[] {
  const layout = file.u8(address) === 1 ? oldLayout(file, address) : newLayout(file, address);
  const budget = new Budget(file);
  const found: Message[] = [];
  const blocks = [{ start: layout.start, end: layout.end }];
  for (const { start, end } of blocks) {
    budget.spend(end - start);
    file.check(start, end - start);
    for (let at = start; at + layout.prefix <= end;) {
      const kind = file.sized(at, layout.kindExponent);
      const size = file.u16(at + 1 + layout.kindExponent);
      const flags = file.u8(at + 3 + layout.kindExponent);
      const message = { kind, start: at + layout.prefix, size, isShared: (flags & SHARED) !== 0 };
      at = message.start + size;
      if (at > end) throw new Damaged('a message of an object ends after the object');
      if (kind === Kind.continuation) blocks.push(nextBlock(file, message.start, layout));
      else found.push(message);
    }
  }
  return found;
}

function oldLayout(file: FileBytes, address: number): Layout {
  const start = address + 16;
  const end = start + file.u32(address + 8);
  return { start, end, prefix: 8, kindExponent: 1, signature: undefined };
}

const HAS_NUMBERS = 0x04;
const HAS_PHASES = 0x10;
const HAS_TIMES = 0x20;

function newLayout(file: FileBytes, address: number): Layout {
  file.expect('OHDR', address);
  const flags = file.u8(address + 5);
  const at = address + 6 + (flags & HAS_TIMES ? 16 : 0) + (flags & HAS_PHASES ? 4 : 0);
  const start = at + (1 << (flags & 3));
  const end = start + file.sized(at, flags & 3);
  const prefix = flags & HAS_NUMBERS ? 6 : 4;
  return { start, end, prefix, kindExponent: 0, signature: 'OCHK' };
}

function nextBlock(
  file: FileBytes,
  at: number,
  { signature }: Layout,
): { start: number; end: number } {
  const start = file.requiredAddress(at);
  const end = start + file.length(at + 8);
  if (signature === undefined) return { start, end };
  file.expect(signature, start);
  return { start: start + 4, end: end - 4 };
}

/** The first message of a kind; undefined when there is none. */
export function messageOf(
  file: FileBytes,
  messages: readonly Message[],
  kind: number,
): Message | undefined {
  const found = messages.find((message) => message.kind === kind);
  return found?.isShared ? sharedMessage(file, found.start, kind) : found;
}

const OLD_SHARED = 1;
const IN_HEAP = 1;

/** The message to which a shared message at `start` refers: a message of another object, such as a committed type. */
export function sharedMessage(file: FileBytes, start: number, kind: number): Message {
  const version = file.u8(start);
  if (version > OLD_SHARED + 1 && file.u8(start + 1) === IN_HEAP)
    throw new Unsupported('a heap of shared messages');
  const owner = file.requiredAddress(start + (version === OLD_SHARED ? 8 : 2));
  const found = readMessages(file, owner).find((message) => message.kind === kind);
  if (!found || found.isShared) throw new Damaged('an object lacks a message that others share');
  return found;
}

/** The first message of a kind that every object has. */
export function neededMessage(
  file: FileBytes,
  messages: readonly Message[],
  kind: number,
): Message {
  const found = messageOf(file, messages, kind);
  if (!found) throw new Damaged('an object lacks a required message');
  return found;
}
