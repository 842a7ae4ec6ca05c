// The zip archive that a `.keras` file is. The library for zip is imported only for what is compressed, and for saving.
import { errorOfKind, KerasError, ValueError } from '../../../errors/errors.js';
import type { ByteSource } from '../../../runtime/platform/byte_source.js';
import { describeBytes } from '../../signatures.js';
import { readableSize } from '../../weight_file.js';
import { badZip, readDirectory, type Entry } from './zip_directory.js';
import { checkExpansion, readMember, STORED, verifyMember } from './zip_member.js';

/** An archive that is open for reading. Of members with one name the last one counts, as in Python. */
export interface Archive {
  /** Names of files, in the archive's order. */
  readonly names: readonly string[];
  /**
   * The content of a member, checked; undefined when there is none of that name.
   *
   * @throws ValueError for more than `most` bytes, before memory is taken; KerasError of kind BadZipFile for a damaged
   *   one; RuntimeError for an encrypted one; NotImplementedError for a compression method other than DEFLATE.
   */
  read(name: string, most?: number): Promise<Uint8Array | undefined>;
  /** Throws what `read` throws for any member but these, as Keras does, which extracts archives with assets. */
  verify(except: readonly string[]): Promise<void>;
}

/** Members to write, by name. */
export type Members = Record<string, Uint8Array>;

export const CONFIG = 'config.json';
export const WEIGHTS = 'model.weights.h5';

/** config.json, metadata.json and the weights. What has more members has assets, which Keras extracts. */
const MEMBERS_WITHOUT_ASSETS = 3;
/** Most bytes that are decompressed only to be verified. */
const MOST_VERIFIED = 2 ** 26;

/** Opens an archive. Throws ValueError for bytes that are not a zip archive, are cut short, or hold a bomb. */
export async function readArchive(
  input: ByteSource,
  source: string,
  isNamed: boolean,
): Promise<Archive> {
  const entries = await fromFile(source, () => readDirectory(input));
  if (!entries) throw notAnArchive(await input.read(0, 64), source, isNamed);
  entries.forEach(checkExpansion);
  const files = new Map<string, Entry>();
  for (const entry of entries) if (!entry.name.endsWith('/')) files.set(entry.name, entry);
  return {
    names: [...files.keys()],
    async read(name, most = Infinity) {
      const entry = files.get(name);
      if (entry === undefined) return undefined;
      checkSize(entry, most);
      return await fromFile(source, () => readMember(input, entry));
    },
    async verify(except) {
      if (entries.length <= MEMBERS_WITHOUT_ASSETS) return;
      await fromFile(source, async () => {
        for (const { name } of entries) checkFolder(name, files);
        await verifyAll(
          input,
          [...files.values()].filter(({ name }) => !except.includes(name)),
        );
      });
    },
  };
}

// Says of which file an error is, unless that is clear.
async function fromFile<T>(source: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof KerasError)) throw error;
    const { message, kind, path } = error;
    throw Object.assign(errorOfKind(kind, `${message} (in ${source})`, path), { cause: error });
  }
}

function checkSize({ name, size }: Entry, most: number): void {
  if (size <= most) return;
  throw new ValueError(
    `Not allowed: archive member '${name}' has ${readableSize(size)}, and \`maxConfigBytes\` allows ${readableSize(most)}.`,
  );
}

// On disk, where Keras puts them, a file and a folder cannot have one name.
function checkFolder(name: string, files: ReadonlyMap<string, Entry>): void {
  const path = name.endsWith('/') ? name.slice(0, -1) : name;
  const folders = [name === path ? '' : path, path.slice(0, Math.max(0, path.lastIndexOf('/')))];
  const clash = folders.find((folder) => folder !== '' && files.has(folder));
  if (clash !== undefined) throw badZip(`'${clash}' is both a file and a folder`);
}

// Members that are not read are decompressed only up to a limit: a small file must not take minutes.
async function verifyAll(input: ByteSource, entries: readonly Entry[]): Promise<void> {
  let left = MOST_VERIFIED;
  for (const entry of entries) {
    const isCompressed = entry.method !== STORED;
    if (isCompressed) left -= entry.size;
    await verifyMember(input, entry, isCompressed && left < 0);
  }
}

// Keras's sentence, which speaks of a path; another one for what has none.
function notAnArchive(start: Uint8Array, source: string, isNamed: boolean): Error {
  const advice = 'Please ensure the file is an accessible `.keras` zip file.';
  const wrong = describeBytes(start);
  return new ValueError(
    isNamed
      ? `File not found: filepath=${source}. ${advice} (There is something under that name, but ${wrong}.)`
      : `${source} cannot be opened: ${wrong}. ${advice}`,
  );
}

/** The weights of a `.keras` file. ValueError when there are none that can be read. */
export async function readWeights(archive: Archive): Promise<Uint8Array> {
  const weights = await archive.read(WEIGHTS);
  if (weights !== undefined) return weights;
  throw new ValueError(
    archive.names.includes('model.weights.npz')
      ? 'Weights as model.weights.npz are not supported: save the model again with weights as HDF5, the default.'
      : 'Expected a model.weights.h5 or model.weights.npz file.',
  );
}

/** Packs the members without compression, as Keras does. `date` is the time stamp of the members. */
export async function writeArchive(members: Members, date: Date): Promise<Uint8Array> {
  const { zipSync } = await import('fflate');
  return zipSync(members, { level: 0, mtime: date });
}

const encoder = new TextEncoder();

export const bytesOf = (value: string): Uint8Array => encoder.encode(value);
