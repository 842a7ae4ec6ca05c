// Writes zip archives without compression, as Keras does (APPNOTE.TXT of PKWARE, 4.3).
import { OverflowError } from '../../errors/errors.js';
import { crc32 } from './crc32.js';

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const VERSION = 20;
const NAME_IS_UTF8 = 0x0800;
const MOST_MEMBERS = 0xffff;
/** Larger archives need another form of headers. */
const MOST_BYTES = 0xffffffff;

interface Written {
  readonly name: Uint8Array;
  readonly content: Uint8Array;
  readonly crc: number;
  readonly start: number;
}

/** Packs the members. `date` is the time stamp of each. OverflowError for more than 4 GiB or 65,535 members. */
export function writeArchive(
  members: Readonly<Record<string, Uint8Array>>,
  date: Date,
): Uint8Array {
  const written: Written[] = [];
  let size = 0;
  for (const [path, content] of Object.entries(members)) {
    const name = new TextEncoder().encode(path);
    written.push({ name, content, crc: crc32(content), start: size });
    size += LOCAL_BYTES + name.length + content.length;
  }
  const directory = size;
  for (const { name } of written) size += CENTRAL_BYTES + name.length;
  if (size > MOST_BYTES || written.length > MOST_MEMBERS)
    throw new OverflowError(`A .keras file has at most 4 GiB and 65,535 members: ${size} bytes.`);
  const archive = new Uint8Array(size + END_BYTES);
  const view = new DataView(archive.buffer);
  let at = directory;
  for (const each of written) {
    writeLocal(archive, view, each, date);
    at = writeCentral(archive, view, at, each, date);
  }
  view.setUint32(at, 0x06054b50, true);
  view.setUint16(at + 8, written.length, true);
  view.setUint16(at + 10, written.length, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
  return archive;
}

function writeLocal(archive: Uint8Array, view: DataView, each: Written, date: Date): void {
  const { name, content, start } = each;
  view.setUint32(start, 0x04034b50, true);
  writeCommon(view, start + 4, each, date);
  archive.set(name, start + LOCAL_BYTES);
  archive.set(content, start + LOCAL_BYTES + name.length);
}

function writeCentral(
  archive: Uint8Array,
  view: DataView,
  at: number,
  each: Written,
  date: Date,
): number {
  view.setUint32(at, 0x02014b50, true);
  view.setUint16(at + 4, VERSION, true);
  writeCommon(view, at + 6, each, date);
  view.setUint32(at + 42, each.start, true);
  archive.set(each.name, at + CENTRAL_BYTES);
  return at + CENTRAL_BYTES + each.name.length;
}

// The 26 bytes that both headers have: version, flags, method (0: stored), time, CRC-32, sizes, lengths.
function writeCommon(view: DataView, at: number, each: Written, date: Date): void {
  const { name, content, crc } = each;
  view.setUint16(at, VERSION, true);
  view.setUint16(at + 2, name.some((byte) => byte > 127) ? NAME_IS_UTF8 : 0, true);
  view.setUint32(at + 6, dosTime(date), true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, content.length, true);
  view.setUint32(at + 18, content.length, true);
  view.setUint16(at + 22, name.length, true);
}

// Local time since 1980 in steps of two seconds.
function dosTime(date: Date): number {
  const day = ((date.getFullYear() - 1980) << 9) | ((date.getMonth() + 1) << 5) | date.getDate();
  const time = (date.getHours() << 11) | (date.getMinutes() << 5) | (date.getSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}
