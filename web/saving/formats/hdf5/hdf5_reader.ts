// Reads HDF5 files: those that Keras writes without copying, so that arrays are views of the file.
import { KerasError, KeyError, ValueError } from '../../../errors/errors.js';
import { ReadBudget } from '../../size_limits.js';
import type { StoredArray } from '../../stored_array.js';
import type { WeightReader } from '../../weight_reader.js';
import { Attributes } from './attributes.js';
import {
  isDataset,
  readDataset,
  readDatasetHeader,
  type DatasetHeader,
  type ReadLimits,
} from './dataset.js';
import { Damaged, FileBytes, unreadable } from './file_bytes.js';
import { needsInflate, type Inflate } from './filters.js';
import { readLinks, type Target } from './links.js';
import { readMessages, type Message } from './object_header.js';
import { readSuperblock, superblockStart } from './superblock.js';

interface Entity {
  readonly messages: readonly Message[];
  /** Undefined for objects that are not groups. */
  readonly links: Map<string, Target> | undefined;
  attributes?: Attributes;
  dataset?: DatasetHeader;
}

/** How many times larger than the file compressed arrays may be, all together. */
const MAX_EXPANSION = 100;

/** Methods throw Unsupported for the parts of HDF5 that this reader does not know. */
export class Hdf5Reader implements WeightReader {
  readonly #file: FileBytes;
  readonly #root: number;
  // By address: groups are asked for repeatedly, and one object may have any number of names.
  readonly #entities = new Map<number, Entity>();
  readonly #limits: ReadLimits;
  #inflate: Inflate = () => {
    throw new Error('needsInflate() was not called');
  };

  /** Throws KerasError of kind OSError for bytes that are not HDF5 or are cut short. */
  constructor(bytes: Uint8Array) {
    const start = superblockStart(new FileBytes(bytes));
    const content = bytes.subarray(start);
    const { root, end } = guarded('the file', () => readSuperblock(new FileBytes(content), start));
    this.#file = new FileBytes(content.subarray(0, end));
    this.#root = root;
    this.#limits = {
      stored: new ReadBudget(bytes.length, 1),
      compressed: new ReadBudget(bytes.length, MAX_EXPANSION),
    };
  }

  /** Sets the function that inflates compressed arrays. */
  useInflate(inflate: Inflate): void {
    this.#inflate = inflate;
  }

  /** Whether `useInflate()` must be called before reading. Looks at the header of every object. */
  needsInflate(): boolean {
    const file = this.#file;
    let found = false;
    // The headers of a sound file do not overlap, so that they fit in the file.
    let unread = file.size;
    const addresses = new Set([this.#root]);
    for (const address of addresses) {
      const entity = soundPart(() => this.#entity(address));
      if (entity === undefined) continue;
      const { messages, links } = entity;
      for (const { size } of messages) unread -= size;
      if (links === undefined) {
        const storage = soundPart(() => this.#storageOf(entity));
        if (storage?.kind === 'chunks' && needsInflate(storage.filters)) found = true;
      } else {
        unread -= LINK_BYTES * links.size;
        for (const target of links.values()) if (typeof target === 'number') addresses.add(target);
      }
      if (unread < 0) throw unreadable('the headers of its objects overlap');
    }
    return found;
  }

  has(path: string): boolean {
    return this.#find(path) !== undefined;
  }

  keys(group: string): string[] {
    return [...(this.#find(group)?.links?.keys() ?? [])];
  }

  read(path: string): StoredArray {
    const found = this.#find(path);
    if (found === undefined || !guarded(path, () => isDataset(this.#file, found.messages)))
      throw new KeyError(`There is no dataset ${path} in the file`);
    return guarded(path, () =>
      readDataset(this.#file, this.#datasetOf(found, path), path, this.#limits, this.#inflate),
    );
  }

  attribute(group: string, name: string): unknown {
    const found = this.#find(group);
    return found && guarded(group, () => this.#attributesOf(found).read(name));
  }

  close(): void {}

  // Descends group by group, to distinguish a missing name from a damaged file.
  #find(path: string): Entity | undefined {
    return guarded(path, () => {
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
    const messages = readMessages(this.#file, address);
    const links = readLinks(this.#file, messages);
    const entity: Entity = { messages, links };
    this.#entities.set(address, entity);
    return entity;
  }

  #storageOf(entity: Entity): DatasetHeader['storage'] | undefined {
    return isDataset(this.#file, entity.messages) ? this.#datasetOf(entity, '').storage : undefined;
  }

  #datasetOf(entity: Entity, path: string): DatasetHeader {
    return (entity.dataset ??= readDatasetHeader(this.#file, entity.messages, path));
  }

  #attributesOf(entity: Entity): Attributes {
    return (entity.attributes ??= new Attributes(this.#file, entity.messages));
  }
}

/** The least that a link takes in a file. */
const LINK_BYTES = 8;

// Undefined for damaged and refused parts, whose errors are raised when they are read.
function soundPart<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Damaged || error instanceof KerasError) return undefined;
    throw error;
  }
}

function guarded<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    throw unreadable(
      `truncated or damaged file: cannot read ${what || 'the root'}: ${error.message}`,
      error,
    );
  }
}
