// Reads the part of HDF5 that Keras writes, without a library and without copying: arrays are views of the file.
import { KerasError, KeyError, ValueError } from '../../../errors/errors.js';
import { ReadBudget } from '../../size_limits.js';
import type { StoredArray } from '../../stored_array.js';
import type { WeightReader } from '../../weight_reader.js';
import { Attributes } from './attributes.js';
import { isDataset, readDataset, readDatasetHeader, type DatasetHeader } from './dataset.js';
import { Damaged, FileBytes, NeedsCompleteReader, unreadable } from './file_bytes.js';
import { readLinks, type Target } from './links.js';
import { readMessages, type Message } from './object_header.js';
import { readSuperblock } from './superblock.js';

interface Entity {
  readonly messages: readonly Message[];
  /** Undefined for objects that are not groups. */
  readonly links: Map<string, Target> | undefined;
  attributes?: Attributes;
  dataset?: DatasetHeader;
}

/** The attributes that `WeightReader.attribute()` is asked for. */
const READ_ATTRIBUTES = /^(name|backend|(keras|model|training)_\w+|(layer|weight)_names\d*)$/;

/** Methods throw NeedsCompleteReader for parts of HDF5 that this reader does not know; after `survey()` they do not. */
export class SmallReader implements WeightReader {
  readonly #file: FileBytes;
  readonly #root: number;
  // By address: groups are asked for repeatedly, and one object may have any number of names.
  readonly #entities = new Map<number, Entity>();
  readonly #budget: ReadBudget;

  /** Throws KerasError of kind OSError for bytes that are not HDF5 or are cut short. */
  constructor(bytes: Uint8Array) {
    const { root, end } = guarded('the file', () => readSuperblock(new FileBytes(bytes)));
    this.#file = new FileBytes(bytes.subarray(0, end));
    this.#root = root;
    this.#budget = new ReadBudget(bytes.length, 1);
  }

  /** Looks at every object once, and throws NeedsCompleteReader if this reader cannot read one of them. */
  survey(): void {
    const file = this.#file;
    // The headers of a sound file do not overlap, so that they fit in the file.
    let unread = file.size;
    const addresses = new Set([this.#root]);
    for (const address of addresses) {
      const entity = soundPart(() => this.#entity(address));
      if (entity === undefined) continue;
      const { messages, links } = entity;
      for (const { size } of messages) unread -= size;
      if (links === undefined) {
        soundPart(() => isDataset(messages) && this.#datasetOf(entity, ''));
      } else {
        soundPart(() => this.#attributesOf(entity).check(READ_ATTRIBUTES));
        unread -= LINK_BYTES * links.size;
        for (const target of links.values()) if (typeof target === 'number') addresses.add(target);
      }
      if (unread < 0) throw new NeedsCompleteReader('headers that overlap');
    }
  }

  has(path: string): boolean {
    return this.#find(path) !== undefined;
  }

  keys(group: string): string[] {
    return [...(this.#find(group)?.links?.keys() ?? [])];
  }

  read(path: string): StoredArray {
    const found = this.#find(path);
    if (found === undefined || !guarded(path, () => isDataset(found.messages)))
      throw new KeyError(`There is no dataset ${path} in the file`);
    return guarded(path, () =>
      readDataset(this.#file, this.#datasetOf(found, path), path, this.#budget),
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
    if (error instanceof NeedsCompleteReader) throw error;
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
