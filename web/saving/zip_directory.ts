// Where the members of a zip archive lie, so that stored ones are read straight from their place: of a large model only
// one copy is ever in memory. After the ZIP file format specification (APPNOTE), sections 4.3.7, 4.3.12 and 4.3.16.
import { ValueError } from '../errors.js';
import type { ByteSource } from '../platform/byte_source.js';

/** A member that is stored as it is. */
export interface StoredMember {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
/** What zip64 archives write where a number has no room. */
const ELSEWHERE = 0xffffffff;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * The members of an archive, files only. Undefined when that takes a complete reader: something is compressed, or the
 * archive is zip64 or has no directory. `source` is its name in messages.
 *
 * @throws ValueError when a member is not where the directory says.
 */
export async function storedMembers(
  input: ByteSource,
  source: string,
): Promise<StoredMember[] | undefined> {
  const directory = await readDirectory(input);
  if (!directory) return undefined;
  const members: StoredMember[] = [];
  for (const { name, offset, size } of directory) {
    const start = offset + LOCAL_BYTES <= input.size && (await dataStart(input, offset));
    if (!start || start + size > input.size)
      throw new ValueError(
        `The member ${name} of ${source} is not where the archive says: the file is broken or cut short`,
      );
    members.push({ name, start, end: start + size });
  }
  return members;
}

// Where the content begins after the member's own header; undefined when there is no such header.
async function dataStart(input: ByteSource, offset: number): Promise<number | undefined> {
  const local = viewOf(await input.read(offset, offset + LOCAL_BYTES));
  if (local.getUint32(0, true) !== LOCAL_SIGNATURE) return undefined;
  return offset + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
}

interface Entry {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

async function readDirectory(input: ByteSource): Promise<Entry[] | undefined> {
  const tailStart = Math.max(0, input.size - END_BYTES - LONGEST_COMMENT);
  const tail = viewOf(await input.read(tailStart, input.size));
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END_SIGNATURE) --end;
  if (end < 0) return undefined;
  const count = tail.getUint16(end + 10, true);
  const size = tail.getUint32(end + 12, true);
  const offset = tail.getUint32(end + 16, true);
  if (offset === ELSEWHERE || offset + size > input.size) return undefined;
  return entries(await input.read(offset, offset + size), count);
}

function entries(bytes: Uint8Array, count: number): Entry[] | undefined {
  const view = viewOf(bytes);
  const found: Entry[] = [];
  for (let at = 0, i = 0; i < count; ++i) {
    if (at + ENTRY_BYTES > view.byteLength || view.getUint32(at, true) !== ENTRY_SIGNATURE)
      return undefined;
    const isEncrypted = (view.getUint16(at + 8, true) & 1) !== 0;
    const method = view.getUint16(at + 10, true);
    const packed = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const offset = view.getUint32(at + 42, true);
    const afterName = at + ENTRY_BYTES + view.getUint16(at + 28, true);
    if (isEncrypted || method !== STORED || packed !== size) return undefined;
    if (size === ELSEWHERE || offset === ELSEWHERE || afterName > view.byteLength) return undefined;
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY_BYTES, afterName));
    if (!name.endsWith('/')) found.push({ name, offset, size });
    at = afterName + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return found;
}
