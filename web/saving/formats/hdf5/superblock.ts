// Where the root of an HDF5 file is. Section II.A of the HDF5 file format specification, version 3.
import { Damaged, Unsupported, unreadable, type FileBytes } from './file_bytes.js';

/** What HDF5 files begin with. */
export const HDF5_MAGIC = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** The root's symbol table entry begins with the offset of its name. */
const NAME_OFFSET = 8;

/** Offsets of fields in the superblock. */
interface Offsets {
  readonly sizes: number;
  readonly base: number;
  readonly end: number;
  readonly root: number;
}

const offsetsByVersion: Record<number, Offsets> = {
  0: { sizes: 13, base: 24, end: 40, root: 56 + NAME_OFFSET },
  1: { sizes: 13, base: 28, end: 44, root: 60 + NAME_OFFSET },
  2: { sizes: 9, base: 12, end: 28, root: 36 },
  3: { sizes: 9, base: 12, end: 28, root: 36 },
};

const hasSignature = (file: FileBytes, at: number): boolean =>
  at + HDF5_MAGIC.length <= file.size && HDF5_MAGIC.every((byte, i) => file.u8(at + i) === byte);

/**
 * Where the superblock is, from which addresses count: a user block of 512, 1024, 2048, ... bytes may precede it. Throws
 * h5py's error for bytes that are not HDF5.
 */
export function superblockStart(file: FileBytes): number {
  for (let at = 0; at < file.size; at = at === 0 ? 512 : 2 * at)
    if (hasSignature(file, at)) return at;
  throw unreadable('file signature not found');
}

/** Where the root group is, and where the file ends. */
export interface Superblock {
  readonly root: number;
  readonly end: number;
}

/**
 * Reads the superblock of a file without a user block that had `userBlock` bytes. Throws h5py's error for a file that is
 * cut short.
 */
export function readSuperblock(file: FileBytes, userBlock: number): Superblock {
  const at = offsetsByVersion[file.u8(HDF5_MAGIC.length)];
  if (at === undefined) throw new Damaged('its superblock has an unknown version');
  if (file.u8(at.sizes) !== 8 || file.u8(at.sizes + 1) !== 8)
    throw new Unsupported('addresses that do not have eight bytes');
  const base = file.length(at.base);
  if (base !== 0 && base !== userBlock) throw new Unsupported('an unusual base address');
  const end = file.length(at.end) - base;
  if (end > file.size)
    throw unreadable(
      `truncated file: eof = ${file.size + userBlock}, sblock->base_addr = ${base}, stored_eof = ${end + base}`,
    );
  const root = file.requiredAddress(at.root);
  if (end <= Math.max(root, at.root)) throw new Damaged('it ends before its root');
  return { root, end };
}
