// Filters of chunks, such as compression. Section IV.A.2.l of the specification.
import { Damaged, Unsupported, type FileBytes } from './file_bytes.js';
import { expandLzf } from './lzf.js';

/** Expands zlib data into at most `size` bytes: `unzlibSync` of fflate. */
export type Inflate = (packed: Uint8Array, size: number) => Uint8Array;

export interface Filter {
  readonly id: number;
  readonly name: string;
}

const Id = { deflate: 1, shuffle: 2, fletcher32: 3, lzf: 32_000 } as const;
const NAMES: Record<number, string> = { 4: 'szip', 5: 'nbit', 6: 'scaleoffset' };

const FIRST_REGISTERED = 256;

/** The filters in the order in which they were applied. */
export function readFilters(file: FileBytes, start: number): Filter[] {
  const version = file.u8(start);
  if (version !== 1 && version !== 2) throw new Damaged('its filters have an unknown version');
  const count = file.u8(start + 1);
  let at = start + (version === 1 ? 8 : 2);
  return Array.from({ length: count }, () => {
    const id = file.u16(at);
    const isNamed = version === 1 || id >= FIRST_REGISTERED;
    const nameSize = isNamed ? file.u16(at + 2) : 0;
    const nameRoom = version === 1 ? Math.ceil(nameSize / 8) * 8 : nameSize;
    const values = file.u16(at + (isNamed ? 6 : 4));
    const nameStart = at + (isNamed ? 8 : 6);
    const name = nameSize > 0 ? file.text(nameStart, nameSize) : '';
    at = nameStart + nameRoom + 4 * (version === 1 ? values + (values & 1) : values);
    return { id, name: NAMES[id] ?? (name || String(id)) };
  });
}

/** Whether reading needs a function that inflates. */
export const needsInflate = (filters: readonly Filter[]): boolean =>
  filters.some(({ id }) => id === Id.deflate);

/**
 * Undoes the filters of a chunk.
 *
 * @param skipped a bit for each filter that was not applied.
 * @param size bytes of the elements.
 * @param inflate present when `needsInflate(filters)`.
 * @throws Unsupported for other filters; Damaged for another size and for wrong checksums.
 */
export function undoFilters(
  packed: Uint8Array,
  filters: readonly Filter[],
  skipped: number,
  {
    size,
    elementSize,
    inflate,
  }: { size: number; elementSize: number; inflate: Inflate | undefined },
): Uint8Array {
  const unknown = filters.find(({ id }) => !(Object.values(Id) as number[]).includes(id));
  if (unknown) throw new Unsupported(`the filter ${unknown.name}`);
  const applied = filters.filter((_, i) => !(skipped & (1 << i)));
  let bytes = packed;
  for (const [i, { id }] of [...applied.entries()].reverse()) {
    // What the filters before this one produced: the elements, and a checksum for each fletcher32.
    const before =
      size + 4 * applied.slice(0, i).filter((each) => each.id === Id.fletcher32).length;
    if (id === Id.deflate) bytes = inflateChecked(bytes, before, inflate!);
    else if (id === Id.lzf) bytes = expandLzf(bytes, before);
    else if (id === Id.fletcher32) bytes = checkedFletcher32(bytes);
    else bytes = unshuffle(bytes, elementSize);
  }
  if (bytes.length !== size) throw new Damaged(`a chunk has ${bytes.length} bytes, not ${size}`);
  return bytes;
}

function inflateChecked(packed: Uint8Array, size: number, inflate: Inflate): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = inflate(packed, size);
  } catch (cause) {
    throw new Damaged('a chunk cannot be decompressed', { cause });
  }
  const end = packed.length - 4;
  const stated = end < 0 ? -1 : new DataView(packed.buffer, packed.byteOffset + end).getUint32(0);
  if (adler32(bytes) !== stated) throw new Damaged('a compressed chunk has a wrong checksum');
  return bytes;
}

/** RFC 1950. */
function adler32(bytes: Uint8Array): number {
  const LARGEST_PRIME = 65_521;
  const WITHOUT_OVERFLOW = 3_800; // bytes that may be added before taking the remainder
  let a = 1;
  let b = 0;
  for (let start = 0; start < bytes.length; start += WITHOUT_OVERFLOW) {
    const end = Math.min(bytes.length, start + WITHOUT_OVERFLOW);
    for (let i = start; i < end; ++i) b += a += bytes[i]!;
    a %= LARGEST_PRIME;
    b %= LARGEST_PRIME;
  }
  return ((b << 16) | a) >>> 0;
}

// The first bytes of all elements come first, then the second bytes, ...; what is left over at the end stays there.
function unshuffle(bytes: Uint8Array, elementSize: number): Uint8Array {
  const count = Math.floor(bytes.length / elementSize);
  const out = bytes.slice();
  for (let byte = 0; byte < elementSize; ++byte)
    for (let i = 0; i < count; ++i) out[i * elementSize + byte] = bytes[byte * count + i]!;
  return out;
}

// The checksum of big-endian 16-bit words, in the last four bytes (H5_checksum_fletcher32 of the library).
function checkedFletcher32(bytes: Uint8Array): Uint8Array {
  const size = bytes.length - 4;
  if (size < 0) throw new Damaged('a chunk ends before its checksum');
  let sum1 = 0;
  let sum2 = 0;
  for (let i = 0; i < size; i += 2) {
    sum1 = (sum1 + (bytes[i]! << 8) + (i + 1 < size ? bytes[i + 1]! : 0)) % 65_535;
    sum2 = (sum2 + sum1) % 65_535;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + size);
  const isSame = (at: number, sum: number): boolean => view.getUint16(at, true) % 65_535 === sum;
  if (!isSame(0, sum1) || !isSame(2, sum2)) throw new Damaged('a chunk has a wrong checksum');
  return bytes.subarray(0, size);
}
