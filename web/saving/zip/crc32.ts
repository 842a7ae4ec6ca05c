// CRC-32 by Node where it has that, else by "slicing" (Kounavis and Berry, 2005): sixteen bytes per step, with one table for
// each.
import { builtinZlib } from '../../runtime/platform/node.js';

const SLICES = 16;
const POLYNOMIAL = 0xedb88320;

let tables: Int32Array | undefined;

function makeTables(): Int32Array {
  const made = new Int32Array(SLICES * 256);
  for (let byte = 0; byte < 256; ++byte) {
    let value = byte;
    for (let bit = 0; bit < 8; ++bit) value = (value >>> 1) ^ (value & 1 ? POLYNOMIAL : 0);
    made[byte] = value;
  }
  for (let i = 256; i < made.length; ++i) {
    const previous = made[i - 256]!;
    made[i] = (previous >>> 8) ^ made[previous & 255]!;
  }
  return made;
}

/** The checksum of the bytes, as an unsigned number. `before` is the checksum of the bytes that precede them. */
export function crc32(bytes: Uint8Array, before = 0): number {
  if (bytes.length < LONG_BYTES) return sliced(bytes, before);
  // Twice as fast.
  return builtinZlib()?.crc32?.(bytes, before) ?? sliced(bytes, before);
}

/** For fewer, loading the module takes longer. */
const LONG_BYTES = 2 ** 16;

function sliced(bytes: Uint8Array, before: number): number {
  const t = (tables ??= makeTables());
  let crc = ~before;
  let i = 0;
  for (const end = bytes.length - SLICES; i <= end; i += SLICES) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc =
      t[3840 + (crc & 255)]! ^
      t[3584 + ((crc >>> 8) & 255)]! ^
      t[3328 + ((crc >>> 16) & 255)]! ^
      t[3072 + (crc >>> 24)]! ^
      t[2816 + bytes[i + 4]!]! ^
      t[2560 + bytes[i + 5]!]! ^
      t[2304 + bytes[i + 6]!]! ^
      t[2048 + bytes[i + 7]!]! ^
      t[1792 + bytes[i + 8]!]! ^
      t[1536 + bytes[i + 9]!]! ^
      t[1280 + bytes[i + 10]!]! ^
      t[1024 + bytes[i + 11]!]! ^
      t[768 + bytes[i + 12]!]! ^
      t[512 + bytes[i + 13]!]! ^
      t[256 + bytes[i + 14]!]! ^
      t[bytes[i + 15]!]!;
  }
  for (; i < bytes.length; ++i) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}
