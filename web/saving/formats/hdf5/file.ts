// The part of HDF5 that Keras writes, read in place: an open file reads what is asked for and copies nothing. What it
// does not know (chunks, filters, heaps of links) is for h5wasm_file.ts.
import { KeyError, ValueError } from '../../../errors/errors.js';
import { ReadBudget, type StoredArray, type WeightFile } from '../../weight_file.js';
import { Attributes } from './attributes.js';
import { Damaged, FileBytes, unreadable } from './bytes.js';
import { isDataset, readDataset } from './dataset.js';
import { readLinks, type Target } from './links.js';
import { readMessages, type Message } from './object_header.js';
import { readSuperblock } from './superblock.js';

/** Opens HDF5 bytes. Throws for bytes that are no HDF5 file or are cut short. */
export function openHdf5(bytes: Uint8Array): WeightFile {
  return new PlainFile(bytes);
}

interface Entity {
  readonly messages: readonly Message[];
  /** Undefined for what is no group. */
  readonly links: Map<string, Target> | undefined;
  attributes?: Attributes;
}

class PlainFile implements WeightFile {
  readonly #file: FileBytes;
  readonly #root: number;
  // Groups are asked for again and again, and one array may have any number of names.
  readonly #entities = new Map<number, Entity>();
  readonly #budget: ReadBudget;

  constructor(bytes: Uint8Array) {
    const { root, end } = guarded('the file', () => readSuperblock(new FileBytes(bytes)));
    this.#file = new FileBytes(bytes.subarray(0, end));
    this.#root = root;
    this.#budget = new ReadBudget(bytes.length, 1);
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
    return guarded(path, () => readDataset(this.#file, found.messages, path, this.#budget));
  }

  attribute(group: string, name: string): unknown {
    const found = this.#find(group);
    if (!found) return undefined;
    return guarded(group, () => {
      found.attributes ??= new Attributes(this.#file, found.messages);
      return found.attributes.read(name);
    });
  }

  close(): void {}

  // Descends step by step, so that a missing name is told from a broken file.
  #find(path: string): Entity | undefined {
    return guarded(path, () => {
      let entity = this.#entity(this.#root);
      for (const step of path.split('/')) {
        if (step === '') continue;
        const target = entity.links?.get(step);
        if (target === undefined) return undefined;
        // A link may lead anywhere: what Keras writes has none.
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
