// The central directory of a zip archive (sections 4.3 to 4.5 of the ZIP file format specification, APPNOTE). Accepts and
// refuses what Python's zipfile does, through which Keras reads.
import { KerasError, NotImplementedError } from '../../errors/errors.js';
import type { ByteSource } from '../../runtime/platform/byte_source.js';

/** A member as the central directory describes it. */
export interface Entry {
  readonly name: string;
  readonly rawName: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  /** Size in the archive. */
  readonly packedSize: number;
  /** Size when decompressed. */
  readonly size: number;
  /** Where its local header begins. */
  readonly offset: number;
  /** Where the next member or the directory begins. */
  readonly limit: number;
}

/** The error of Python's zipfile for a damaged archive. */
export const badZip = (message: string, cause?: unknown): KerasError =>
  new KerasError(message, 'BadZipFile', '', { cause });

const END = { signature: 0x06054b50, bytes: 22 };
const END64 = { signature: 0x06064b50, bytes: 56 };
const LOCATOR64 = { signature: 0x07064b50, bytes: 20 };
const ENTRY = { signature: 0x02014b50, bytes: 46 };
const LONGEST_COMMENT = 0xffff;
/** Stands for a number that needs 64 bits and is stored elsewhere. */
export const ELSEWHERE = 0xffffffff;
const LATEST_VERSION = 63;

const decoder = new TextDecoder();

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function number64(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > Number.MAX_SAFE_INTEGER) throw badZip(`Corrupt zip64 record: a number of ${value}`);
  return Number(value);
}

/**
 * The members in the directory's order, folders included. Undefined when there is no directory: the file is not an archive.
 *
 * @throws KerasError of kind BadZipFile for a directory that contradicts itself.
 */
export async function readDirectory(input: ByteSource): Promise<Entry[] | undefined> {
  const end = await findEnd(input);
  if (!end) return undefined;
  const start = end.at - end.size;
  // Offsets count from the start of the archive, which other data may precede.
  const shift = start - end.offset;
  if (start < 0) throw badZip('Bad offset for central directory');
  const entries = readEntries(await input.read(start, start + end.size), shift);
  return withLimits(entries, start);
}

interface End {
  /** Where the directory ends. */
  readonly at: number;
  readonly size: number;
  readonly offset: number;
}

async function findEnd(input: ByteSource): Promise<End | undefined> {
  const longest = END.bytes + LONGEST_COMMENT + LOCATOR64.bytes + END64.bytes;
  const tailStart = Math.max(0, input.size - longest);
  const tail = viewOf(await input.read(tailStart, input.size));
  const first = Math.max(0, tail.byteLength - END.bytes - LONGEST_COMMENT);
  for (let at = tail.byteLength - END.bytes; at >= first; --at) {
    if (tail.getUint32(at, true) !== END.signature) continue;
    return (
      end64(tail, tailStart, at) ?? {
        at: tailStart + at,
        size: tail.getUint32(at + 12, true),
        offset: tail.getUint32(at + 16, true),
      }
    );
  }
  return undefined;
}

// As in Python, the 64-bit record is expected right before its locator.
function end64(tail: DataView, tailStart: number, end: number): End | undefined {
  const locator = end - LOCATOR64.bytes;
  const at = locator - END64.bytes;
  if (locator < 0 || tail.getUint32(locator, true) !== LOCATOR64.signature) return undefined;
  if (tail.getUint32(locator + 4, true) !== 0 || tail.getUint32(locator + 16, true) > 1)
    throw badZip('zipfiles that span multiple disks are not supported');
  if (at < 0 || tail.getUint32(at, true) !== END64.signature) return undefined;
  return { at: tailStart + at, size: number64(tail, at + 40), offset: number64(tail, at + 48) };
}

type EntryWithoutLimit = Omit<Entry, 'limit'>;

// As in Python, the size of the directory counts, not the stated number of entries.
function readEntries(bytes: Uint8Array, shift: number): EntryWithoutLimit[] {
  const view = viewOf(bytes);
  const found: EntryWithoutLimit[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + ENTRY.bytes > bytes.length) throw badZip('Truncated central directory');
    if (view.getUint32(at, true) !== ENTRY.signature)
      throw badZip('Bad magic number for central directory');
    const nameEnd = at + ENTRY.bytes + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const next = extraEnd + view.getUint16(at + 32, true);
    if (next > bytes.length) throw badZip('Truncated central directory');
    const rawName = bytes.subarray(at + ENTRY.bytes, nameEnd);
    found.push(readEntry(view, at, rawName, bytes.subarray(nameEnd, extraEnd), shift));
    at = next;
  }
  return found;
}

function readEntry(
  view: DataView,
  at: number,
  rawName: Uint8Array,
  extra: Uint8Array,
  shift: number,
): EntryWithoutLimit {
  const version = view.getUint8(at + 6);
  if (version > LATEST_VERSION)
    throw new NotImplementedError(`zip file version ${(version / 10).toFixed(1)}`);
  const stated = [24, 20, 42].map((field) => view.getUint32(at + field, true));
  const [size, packedSize, offset] = stated.includes(ELSEWHERE)
    ? numbersFromExtra(extra, stated)
    : stated;
  const name = decoder.decode(rawName);
  const zero = name.indexOf('\0'); // Python ends names there
  return {
    name: zero < 0 ? name : name.slice(0, zero),
    rawName,
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packedSize: packedSize!,
    size: size!,
    offset: offset! + shift,
  };
}

const ZIP64_FIELD = 1;

// The stated numbers, with those that need 64 bits replaced from the extra field, in order.
function numbersFromExtra(extra: Uint8Array, stated: readonly number[]): number[] {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length;) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > extra.length) throw badZip('Corrupt extra field');
    if (view.getUint16(at, true) === ZIP64_FIELD) {
      let next = at + 4;
      return stated.map((value) => {
        if (value !== ELSEWHERE) return value;
        if (next + 8 > end) throw badZip('Corrupt zip64 extra field');
        next += 8;
        return number64(view, next - 8);
      });
    }
    at = end;
  }
  return [...stated];
}

// Of members with the same offset, all but the last one get no room, so that they are refused as overlapping.
function withLimits(entries: readonly EntryWithoutLimit[], directory: number): Entry[] {
  const order = entries
    .map((_, i) => i)
    .sort((a, b) => entries[b]!.offset - entries[a]!.offset || b - a);
  const limits = new Array<number>(entries.length);
  let limit = directory;
  for (const i of order) {
    limits[i] = limit;
    limit = entries[i]!.offset;
  }
  return entries.map((entry, i) => ({ ...entry, limit: limits[i]! }));
}
