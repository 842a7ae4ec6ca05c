// LibLZF, the compression of h5py's `compression='lzf'` (lzf_d.c of h5py).
import { Damaged } from './file_bytes.js';

const LONGEST_LITERAL = 32;
const MORE_LENGTH = 7;

/** Expands the data into exactly `size` bytes. */
export function expandLzf(packed: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let filled = 0;
  let at = 0;
  const next = (): number => {
    const byte = packed[at++];
    if (byte === undefined) throw new Damaged('a compressed chunk is cut short');
    return byte;
  };
  const checkRoom = (count: number): void => {
    if (filled + count > size) throw new Damaged('a compressed chunk is too long');
  };
  while (at < packed.length) {
    const control = next();
    if (control < LONGEST_LITERAL) {
      const count = control + 1;
      checkRoom(count);
      for (let i = 0; i < count; ++i) out[filled++] = next();
      continue;
    }
    let count = (control >> 5) + 2;
    if (control >> 5 === MORE_LENGTH) count += next();
    const from = filled - ((control & 31) << 8) - next() - 1;
    if (from < 0) throw new Damaged('a compressed chunk refers to bytes before it');
    checkRoom(count);
    for (let i = 0; i < count; ++i) out[filled++] = out[from + i]!; // may overlap
  }
  if (filled !== size) throw new Damaged('a compressed chunk is too short');
  return out;
}
