// The zip archive that a `.keras` file is.
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { ValueError } from '../errors.js';
import { readAll, type ByteSource } from '../platform/byte_source.js';
import { readableSize } from './weight_file.js';
import { storedMembers } from './zip_directory.js';

/** Members by name. */
export type Archive = Record<string, Uint8Array>;

// As Keras guards itself: a member that is large and expands a lot is a bomb, no model.
const BOMB_FLOOR = 2 ** 28;
const MOST_EXPANSION = 100;

/** Reads the members. Throws ValueError for bytes that are no zip, are cut short, or hold a bomb. */
export async function readArchive(input: ByteSource, source: string): Promise<Archive> {
  const members = await storedMembers(input, source);
  if (!members) return unpack(await readAll(input), source);
  const archive: Archive = {};
  for (const { name, start, end } of members) archive[name] = await input.read(start, end);
  return archive;
}

function unpack(bytes: Uint8Array, source: string): Archive {
  try {
    return unzipSync(bytes, {
      filter(member) {
        if (
          member.originalSize > BOMB_FLOOR &&
          member.originalSize > MOST_EXPANSION * member.size
        ) {
          throw new ValueError(
            `Not allowed: archive member '${member.name}' declares ${readableSize(member.originalSize)} but only ${readableSize(member.size)} are stored on disk; refusing to extract a potential decompression bomb.`,
          );
        }
        return true;
      },
    });
  } catch (error) {
    if (error instanceof ValueError) throw error;
    throw new ValueError(
      `File not found: filepath=${source}. Please ensure the file is an accessible \`.keras\` zip file. (${String(error)})`,
    );
  }
}

/** Packs the members without compression, as Keras does. `date` is the time stamp of the members. */
export function writeArchive(members: Archive, date: Date): Uint8Array {
  return zipSync(members, { level: 0, mtime: date });
}

export const text = (bytes: Uint8Array): string => strFromU8(bytes);
export const bytesOf = (value: string): Uint8Array => strToU8(value);
