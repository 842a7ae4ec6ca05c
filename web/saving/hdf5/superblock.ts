// Where the root of an HDF5 file is. Section II.A of the HDF5 file format specification, version 3.
import { Damaged, NeedsCompleteReader, unreadable, type FileBytes } from './bytes.js';

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** The root's entry in a table of symbols begins with the offset of its name. */
const NAME_OFFSET = 8;

interface Places {
  readonly sizes: number;
  readonly base: number;
  readonly end: number;
  readonly root: number;
}

const places: Record<number, Places> = {
  0: { sizes: 13, base: 24, end: 40, root: 56 + NAME_OFFSET },
  1: { sizes: 13, base: 28, end: 44, root: 60 + NAME_OFFSET },
  2: { sizes: 9, base: 12, end: 28, root: 36 },
  3: { sizes: 9, base: 12, end: 28, root: 36 },
};

/** The address of the root group. Throws the error of h5py for what is no HDF5 file or is cut short. */
export function rootAddress(file: FileBytes): number {
  if (SIGNATURE.some((byte, i) => file.bytes[i] !== byte))
    throw unreadable('file signature not found');
  const place = places[file.u8(SIGNATURE.length)];
  if (place === undefined) throw new Damaged('its superblock has an unknown version');
  if (file.u8(place.sizes) !== 8 || file.u8(place.sizes + 1) !== 8)
    throw new NeedsCompleteReader('addresses of another size');
  const base = file.length(place.base);
  if (base !== 0) throw new NeedsCompleteReader('a user block');
  const end = file.length(place.end);
  if (end > file.size)
    throw unreadable(
      `truncated file: eof = ${file.size}, sblock->base_addr = ${base}, stored_eof = ${end}`,
    );
  return file.place(place.root);
}
