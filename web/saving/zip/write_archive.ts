// Writes zip archives without compression, as Keras does (APPNOTE.TXT of PKWARE, 4.3).
import { OverflowError } from '../../errors/errors.js';
import { PartedBytes } from '../parted_bytes.js';
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
  readonly content: PartedBytes;
  readonly crc: number;
  readonly start: number;
}

/** Packs the members, whose parts become parts of the archive. `date` is the time stamp of each. OverflowError for more than 4 GiB or 65,535 members. */
export function writeArchive(
  members: Readonly<Record<string, Uint8Array | PartedBytes>>,
  date: Date,
): PartedBytes {
  const written: Written[] = [];
  let size = 0;
  for (const [path, bytes] of Object.entries(members)) {
    const name = new TextEncoder().encode(path);
    const content = bytes instanceof PartedBytes ? bytes : new PartedBytes([bytes]);
    written.push({ name, content, crc: checksum(content), start: size });
    size += LOCAL_BYTES + name.length + content.length;
  }
  const directory = written.reduce((sum, { name }) => sum + CENTRAL_BYTES + name.length, 0);
  if (size + directory > MOST_BYTES || written.length > MOST_MEMBERS)
    throw new OverflowError(
      `A .keras file has at most 4 GiB and 65,535 members: ${size + directory} bytes.`,
    );
  const archive = new PartedBytes();
  for (const each of written) archive.add(localHeader(each, date)).addAll(each.content);
  for (const each of written) archive.add(centralHeader(each, date));
  return archive.add(endOf(written.length, size, directory));
}

function checksum(content: PartedBytes): number {
  let crc = 0;
  for (const view of content.views()) crc = crc32(view, crc);
  return crc;
}

function localHeader(each: Written, date: Date): Uint8Array {
  const header = new Uint8Array(LOCAL_BYTES + each.name.length);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x04034b50, true);
  writeCommon(view, 4, each, date);
  header.set(each.name, LOCAL_BYTES);
  return header;
}

function centralHeader(each: Written, date: Date): Uint8Array {
  const header = new Uint8Array(CENTRAL_BYTES + each.name.length);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, VERSION, true);
  writeCommon(view, 6, each, date);
  view.setUint32(42, each.start, true);
  header.set(each.name, CENTRAL_BYTES);
  return header;
}

function endOf(count: number, start: number, size: number): Uint8Array {
  const end = new Uint8Array(END_BYTES);
  const view = new DataView(end.buffer);
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, start, true);
  return end;
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
