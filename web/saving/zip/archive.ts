// Reading zip archives. The zip library is imported only for compressed members.
import { errorOfKind, KerasError } from '../../errors/errors.js';
import { partOf, sourceOfBytes, type ByteSource } from '../../runtime/platform/byte_source.js';
import { badZip, readDirectory, type Entry } from './directory.js';
import { checkExpansion, contentStart, readMember, STORED, verifyMember } from './member.js';

export const ZIP_MAGIC = [0x50, 0x4b];

/** An archive that is open for reading. Of several members with one name the last one counts, as in Python. */
export interface Archive {
  /** Names of files, in the archive's order. */
  readonly names: readonly string[];
  /** The number of files and folders. */
  readonly entryCount: number;
  /** The declared size of a file; undefined when there is no such file. */
  sizeOf(name: string): number | undefined;
  /**
   * The content of a file, checked; undefined when there is no such file.
   *
   * @throws KerasError of kind BadZipFile when damaged; RuntimeError when encrypted; NotImplementedError for compression
   *   methods other than DEFLATE.
   */
  read(name: string): Promise<Uint8Array | undefined>;
  /** The same, checked, to be read in parts: without taking memory for a file that is not compressed. */
  open(name: string): Promise<ByteSource | undefined>;
  /** Throws what `read` would throw for any other file, and BadZipFile where a file and a folder have the same name. */
  verify(except: readonly string[]): Promise<void>;
}

/** Bytes that are decompressed only to be verified. */
const MAX_VERIFIED = 2 ** 26;

/**
 * Opens an archive that messages call `source`. Undefined for bytes that are not an archive or are cut short.
 *
 * @throws KerasError of kind BadZipFile for a contradictory directory; ValueError for decompression bombs.
 */
export async function readArchive(input: ByteSource, source: string): Promise<Archive | undefined> {
  const entries = await namingSource(source, () => readDirectory(input));
  if (!entries) return undefined;
  entries.forEach(checkExpansion);
  const files = new Map<string, Entry>();
  for (const entry of entries) if (!entry.name.endsWith('/')) files.set(entry.name, entry);
  return {
    names: [...files.keys()],
    entryCount: entries.length,
    sizeOf: (name) => files.get(name)?.size,
    async read(name) {
      const entry = files.get(name);
      return entry && (await namingSource(source, () => readMember(input, entry)));
    },
    async open(name) {
      const entry = files.get(name);
      return entry && (await namingSource(source, () => openMember(input, entry)));
    },
    verify: (except) =>
      namingSource(source, async () => {
        for (const { name } of entries) checkFolder(name, files);
        const others = [...files.values()].filter(({ name }) => !except.includes(name));
        await verifyAll(input, others);
      }),
  };
}

async function openMember(input: ByteSource, entry: Entry): Promise<ByteSource> {
  if (entry.method !== STORED) return sourceOfBytes(await readMember(input, entry));
  await verifyMember(input, entry, false);
  return partOf(input, await contentStart(input, entry), entry.size);
}

// Appends the name of the file to errors.
async function namingSource<T>(source: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof KerasError)) throw error;
    const { message, kind, path } = error;
    throw Object.assign(errorOfKind(kind, `${message} (in ${source})`, path), { cause: error });
  }
}

// Extracting fails when a file and a folder have the same name.
function checkFolder(name: string, files: ReadonlyMap<string, Entry>): void {
  const path = name.endsWith('/') ? name.slice(0, -1) : name;
  const folders = [name === path ? '' : path, path.slice(0, Math.max(0, path.lastIndexOf('/')))];
  const clash = folders.find((folder) => folder !== '' && files.has(folder));
  if (clash !== undefined) throw badZip(`'${clash}' is both a file and a folder`);
}

// Beyond the limit only headers are checked: a small file must not take minutes.
async function verifyAll(input: ByteSource, entries: readonly Entry[]): Promise<void> {
  let left = MAX_VERIFIED;
  for (const entry of entries) {
    const isCompressed = entry.method !== STORED;
    if (isCompressed) left -= entry.size;
    await verifyMember(input, entry, isCompressed && left < 0);
  }
}
