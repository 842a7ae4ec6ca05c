// The zip archive that a `.keras` file is. The library for zip is imported only for what is compressed, and for saving.
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
export async function readArchive(
  input: ByteSource,
  source: string,
  isNamed: boolean,
): Promise<Archive> {
  const members = await storedMembers(input, source);
  if (!members) return await unpack(await readAll(input), source, isNamed);
  const archive = Object.create(null) as Archive;
  for (const { name, start, end } of members) archive[name] = await input.read(start, end);
  return archive;
}

// Why the bytes are no archive.
function whatIsWrong(bytes: Uint8Array, reason: unknown): string {
  if (bytes.length === 0) return 'it is empty';
  const start = bytes.subarray(0, 64);
  if (start[0] === 0x50 && start[1] === 0x4b)
    return `it is cut short or damaged: ${reason instanceof Error ? reason.message : String(reason)}`;
  if (/^\s*<(!doctype|html)/i.test(text(start)))
    return 'it is a web page: the address may be another one';
  const hex = [...start.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `it begins with the bytes ${hex.join(' ')}`;
}

// Keras's sentence, which speaks of a path; another one for what has none.
function notAnArchive(bytes: Uint8Array, source: string, isNamed: boolean, reason: unknown): Error {
  const advice = 'Please ensure the file is an accessible `.keras` zip file.';
  const wrong = whatIsWrong(bytes, reason);
  return new ValueError(
    isNamed
      ? `File not found: filepath=${source}. ${advice} (There is something under that name, but ${wrong}.)`
      : `${source} cannot be opened: ${wrong}. ${advice}`,
  );
}

async function unpack(bytes: Uint8Array, source: string, isNamed: boolean): Promise<Archive> {
  const { unzipSync } = await import('fflate');
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
    throw notAnArchive(bytes, source, isNamed, error);
  }
}

/** Packs the members without compression, as Keras does. `date` is the time stamp of the members. */
export async function writeArchive(members: Archive, date: Date): Promise<Uint8Array> {
  const { zipSync } = await import('fflate');
  return zipSync(members, { level: 0, mtime: date });
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export const text = (bytes: Uint8Array): string => decoder.decode(bytes);
export const bytesOf = (value: string): Uint8Array => encoder.encode(value);
