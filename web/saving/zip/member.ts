// The content of an archive member, checked as Python's zipfile checks it: header, sizes and CRC-32.
import { KerasError, NotImplementedError, RuntimeError, ValueError } from '../../errors/errors.js';
import { blocksOf, type ByteSource } from '../../runtime/platform/byte_source.js';
import { crc32 } from './crc32.js';
import { BOMB_FLOOR, readableSize } from '../size_limits.js';
import { badZip, ELSEWHERE, viewOf, type Entry } from './directory.js';

const LOCAL = { signature: 0x04034b50, bytes: 30 };
export const STORED = 0;
const DEFLATED = 8;
const METHODS: Record<number, string> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'XZ',
  99: 'AES encryption',
};

const Flag = {
  encrypted: 0x01,
  sizesFollow: 0x08,
  patched: 0x20,
  stronglyEncrypted: 0x40,
} as const;

/** Largest accepted ratio of sizes, as in Keras. */
const MAX_EXPANSION = 100;
/** The largest ratio that DEFLATE can reach: two bits for 258 bytes. */
const MAX_DEFLATE_RATIO = 1032;
/** Compressed bytes inflated at once; they may expand a thousand times. */
const PACKED_CHUNK = 2 ** 14;

/** Throws ValueError for a member that declares far more than it stores. Reads nothing. */
export function checkExpansion({ name, size, packedSize }: Entry): void {
  if (size <= BOMB_FLOOR || size <= MAX_EXPANSION * packedSize) return;
  throw new ValueError(
    `Not allowed: archive member '${name}' declares ${readableSize(size)} but only ${readableSize(packedSize)} are stored on disk; refusing to extract a potential decompression bomb.`,
  );
}

/** The content of a member: a view of the source's memory where possible, for members that are not compressed. */
export async function readMember(input: ByteSource, entry: Entry): Promise<Uint8Array> {
  const start = await contentStart(input, entry);
  if (entry.method === STORED) {
    const bytes = await input.read(start, start + entry.size);
    checkContent(entry, bytes.length, crc32(bytes));
    return bytes;
  }
  const content = new Uint8Array(entry.size);
  let filled = 0;
  const crc = await inflate(input, entry, start, (part) => {
    content.set(part, filled);
    filled += part.length;
  });
  checkContent(entry, filled, crc);
  return content;
}

/** Checks a member as `readMember` does, without keeping the content; with `headerOnly` without reading it. */
export async function verifyMember(
  input: ByteSource,
  entry: Entry,
  headerOnly: boolean,
): Promise<void> {
  const start = await contentStart(input, entry);
  if (headerOnly) return;
  if (entry.method !== STORED) {
    let size = 0;
    const crc = await inflate(input, entry, start, (part) => (size += part.length));
    checkContent(entry, size, crc);
    return;
  }
  let crc = 0;
  let size = 0;
  for await (const block of blocksOf(input, start, start + entry.size)) {
    crc = crc32(block, crc);
    size += block.length;
  }
  checkContent(entry, size, crc);
}

function checkContent({ name, size, crc }: Entry, found: number, computed: number): void {
  if (found !== size)
    throw badZip(`File '${name}' declares ${size} bytes but has ${found}: the archive is damaged`);
  if (computed !== crc)
    throw badZip(`Bad CRC-32 for file '${name}': it was changed or damaged after it was archived`);
}

/** Where the content begins. Throws for members that cannot be read and for local headers that contradict the directory. */
export async function contentStart(input: ByteSource, entry: Entry): Promise<number> {
  checkReadable(entry);
  checkSizes(entry);
  const { name, rawName, offset, limit, packedSize } = entry;
  if (offset < 0) throw badZip(`The header of '${name}' is before the archive`);
  const head = await input.read(offset, offset + LOCAL.bytes + rawName.length);
  if (head.length < LOCAL.bytes) throw badZip(`Truncated file header of '${name}'`);
  const local = viewOf(head);
  if (local.getUint32(0, true) !== LOCAL.signature)
    throw badZip(`Bad magic number for file header of '${name}'`);
  const nameLength = local.getUint16(26, true);
  const localName = head.subarray(LOCAL.bytes, LOCAL.bytes + nameLength);
  if (nameLength !== rawName.length || localName.some((byte, i) => byte !== rawName[i]))
    throw badZip(
      `File name in directory '${name}' and header '${new TextDecoder().decode(localName)}' differ.`,
    );
  checkHeader(entry, local);
  const start = offset + LOCAL.bytes + nameLength + local.getUint16(28, true);
  if (start + packedSize > limit)
    throw badZip(`Overlapped entries: '${name}' (possible zip bomb, or the file is cut short)`);
  return start;
}

function checkReadable({ name, flags, method }: Entry): void {
  if (flags & Flag.patched) throw new NotImplementedError('compressed patched data (flag bit 5)');
  if (flags & Flag.stronglyEncrypted)
    throw new NotImplementedError('strong encryption (flag bit 6)');
  if (flags & Flag.encrypted)
    throw new RuntimeError(`File '${name}' is encrypted, password required for extraction`);
  if (method === STORED || method === DEFLATED) return;
  throw new NotImplementedError(
    `That compression method is not supported: '${name}' is compressed with ${METHODS[method] ?? `method ${method}`}. Save the model again, or store its members without compression.`,
  );
}

// Refuses sizes that no compressor produces before memory is allocated.
function checkSizes(entry: Entry): void {
  const { name, method, size, packedSize } = entry;
  const isPlausible =
    method === STORED
      ? size === packedSize
      : size <= MAX_DEFLATE_RATIO * packedSize && packedSize <= 2 * size + 1024;
  if (isPlausible) return;
  throw badZip(
    `File '${name}' declares ${readableSize(size)} of which ${readableSize(packedSize)} are stored: the archive is damaged`,
  );
}

function checkHeader(entry: Entry, local: DataView): void {
  const followed = (local.getUint16(6, true) & Flag.sizesFollow) !== 0;
  const differs = (at: number, value: number): boolean => {
    const stated = local.getUint32(at, true);
    return stated !== value && stated !== ELSEWHERE && !(followed && stated === 0);
  };
  const isSame =
    local.getUint16(8, true) === entry.method &&
    (local.getUint16(6, true) & Flag.encrypted) === 0 &&
    !differs(14, entry.crc) &&
    !differs(18, entry.packedSize) &&
    !differs(22, entry.size);
  if (!isSame)
    throw badZip(
      `File '${entry.name}' has another size or method in its header than in the directory`,
    );
}

// Passes the decompressed parts on and returns their CRC-32. Stops when they exceed the declared size.
async function inflate(
  input: ByteSource,
  { name, packedSize, size }: Entry,
  start: number,
  take: (part: Uint8Array) => void,
): Promise<number> {
  const { Inflate } = await import('fflate');
  let crc = 0;
  let total = 0;
  const stream = new Inflate((part) => {
    total += part.length;
    if (total > size)
      throw badZip(`File '${name}' is larger than the ${readableSize(size)} it declares`);
    crc = crc32(part, crc);
    take(part);
  });
  const packed = await input.read(start, start + packedSize);
  try {
    for (let at = 0; at === 0 || at < packed.length; at += PACKED_CHUNK)
      stream.push(packed.subarray(at, at + PACKED_CHUNK), at + PACKED_CHUNK >= packed.length);
  } catch (error) {
    if (error instanceof KerasError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw badZip(`File '${name}' cannot be decompressed: ${reason}`, error);
  }
  return crc;
}
