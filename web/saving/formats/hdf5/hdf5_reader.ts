// Reads HDF5 files: headers in pages, and the elements of an array when they are wanted.
import { KeyError, ValueError } from '../../../errors/errors.js';
import type { ByteSource } from '../../../runtime/platform/byte_source.js';
import { ReadBudget } from '../../size_limits.js';
import type { ArrayToRead } from '../../stored_array.js';
import type { WeightReader } from '../../weight_reader.js';
import { Attributes } from './attributes.js';
import { datasetToRead, isDataset, readDatasetHeader, type ArrayFile } from './dataset.js';
import { Damaged, FileBytes, unreadable } from './file_bytes.js';
import { readLinks, type Target } from './links.js';
import { readMessages, type Message } from './object_header.js';
import { Pages, type PageSizes } from './pages.js';
import { readSuperblock, superblockStart } from './superblock.js';

interface Entity {
  readonly messages: readonly Message[];
  /** Undefined for objects that are not groups. */
  readonly links: Map<string, Target> | undefined;
  attributes?: Attributes;
}

/** How many times larger than the file compressed arrays may be, all together. */
const MAX_EXPANSION = 100;

/** Methods reject with Unsupported for the parts of HDF5 that this reader does not know. */
export class Hdf5Reader implements WeightReader {
  readonly #content: ArrayFile;
  readonly #root: number;
  // By address: groups are asked for repeatedly, and one object may have any number of names.
  readonly #entities = new Map<number, Entity>();
  // The headers of a sound file do not overlap, so that they fit in the file.
  #unread: number;

  /** Rejects with a KerasError of kind OSError for bytes that are not HDF5 or are cut short. */
  static async open(source: ByteSource, sizes?: PageSizes): Promise<Hdf5Reader> {
    const all = new Pages(source, sizes);
    const start = await all.run(() => superblockStart(new FileBytes(all)));
    const pages = all.from(start);
    const { root, end } = await guarded('the file', () =>
      pages.run(() => readSuperblock(new FileBytes(pages), start)),
    );
    const limits = {
      stored: new ReadBudget(source.size, 1),
      compressed: new ReadBudget(source.size, MAX_EXPANSION),
    };
    return new Hdf5Reader({ pages, file: new FileBytes(pages, end), limits }, root);
  }

  private constructor(content: ArrayFile, root: number) {
    this.#content = content;
    this.#root = root;
    this.#unread = content.file.size;
  }

  async has(path: string): Promise<boolean> {
    return (await this.#find(path)) !== undefined;
  }

  async keys(group: string): Promise<string[]> {
    return [...((await this.#find(group))?.links?.keys() ?? [])];
  }

  async find(path: string): Promise<ArrayToRead> {
    const found = await this.#find(path);
    const array = found && (await this.#run(path, () => this.#arrayOf(found, path)));
    if (!array) throw new KeyError(`There is no dataset ${path} in the file`);
    return {
      ...array,
      readInto: (memory) => guarded(path, () => array.readInto(memory)),
    };
  }

  async attribute(group: string, name: string): Promise<unknown> {
    const found = await this.#find(group);
    return found && (await this.#run(group, () => this.#attributesOf(found).read(name)));
  }

  close(): void {}

  #run<T>(what: string, read: () => T): Promise<T> {
    return guarded(what, () => this.#content.pages.run(read));
  }

  // Descends group by group, to distinguish a missing name from a damaged file.
  async #find(path: string): Promise<Entity | undefined> {
    return await this.#run(path, () => {
      let entity = this.#entity(this.#root);
      for (const step of path.split('/')) {
        if (step === '') continue;
        const target = entity.links?.get(step);
        if (target === undefined) return undefined;
        // Soft and external links may lead anywhere; Keras does not write them.
        if (typeof target === 'string') throw new ValueError(`Not allowed: H5 file with ${target}`);
        entity = this.#entity(target);
      }
      return entity;
    });
  }

  #entity(address: number): Entity {
    const known = this.#entities.get(address);
    if (known) return known;
    const { file } = this.#content;
    const messages = readMessages(file, address);
    const links = readLinks(file, messages);
    const entity: Entity = { messages, links };
    this.#unread -= messages.reduce((sum, { size }) => sum + size, LINK_BYTES * (links?.size ?? 0));
    if (this.#unread < 0) throw unreadable('the headers of its objects overlap');
    this.#entities.set(address, entity);
    return entity;
  }

  #arrayOf({ messages }: Entity, path: string): ArrayToRead | undefined {
    const { file } = this.#content;
    if (!isDataset(file, messages)) return undefined;
    return datasetToRead(this.#content, readDatasetHeader(file, messages, path), path);
  }

  #attributesOf(entity: Entity): Attributes {
    return (entity.attributes ??= new Attributes(this.#content.file, entity.messages));
  }
}

/** The least that a link takes in a file. */
const LINK_BYTES = 8;

async function guarded<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    throw unreadable(
      `truncated or damaged file: cannot read ${what || 'the root'}: ${error.message}`,
      error,
    );
  }
}
