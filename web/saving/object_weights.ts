// Weights at the paths that Keras 3 gives the objects of a model, such as `layers/dense/vars/0`
// (keras/src/saving/saving_lib.py).
import type { RawObject, RawTensor } from '../boundary/raw.js';
import { setWarningHandler, warn } from '../errors/warnings.js';
import type { Tensor } from '../tensors/tensor.js';
import { inCore, readTensor } from './core_arrays.js';
import type { CountProgress, RestoreOptions, SavedWeights } from './formats/file_format.js';
import { saving } from './raw_saving.js';
import type { WeightReader } from './weight_reader.js';
import type { WeightWriter } from './weight_writer.js';

const groupOf = (path: string): string => (path === '' ? 'vars' : `${path}/vars`);

/** Values of a model as they were when they were taken, which a writer copies later. */
export interface TakenValues {
  /** Frees the values: the writer has finished, or will not. */
  readonly release: () => void;
}

/**
 * Hands the weights of a model to a writer, each object once, in Keras's order.
 *
 * @param skip ids of layers that are left out together with the layers below them.
 * @param onProgress called after each object; an error that it throws ends the writing.
 */
export function writeObjectWeights(
  model: RawObject,
  writer: WeightWriter<unknown>,
  skip: readonly number[] = [],
  onProgress?: CountProgress,
): TakenValues {
  const objects = saving().savingObjects(model, JSON.stringify(skip));
  const values: RawTensor[] = [];
  const release = (): void => {
    for (const value of values.splice(0)) value.delete();
  };
  try {
    const rows = JSON.parse(saving().savingObjectsInfo(objects)) as [string, string, string[]][];
    rows.forEach(([path, name, keys], object) => {
      const group = groupOf(path);
      writer.attribute(group, 'name', name);
      keys.forEach((key, index) => {
        const value = saving().savingValue(objects, object, index);
        values.push(value);
        writer.write(`${group}/${key}`, inCore(value));
      });
      onProgress?.(object + 1, rows.length);
    });
    return { release };
  } catch (error) {
    release();
    throw error;
  } finally {
    objects.delete();
  }
}

/** The weights of a file whose arrays are at the paths of a model's objects. */
export const objectWeights = (reader: WeightReader): SavedWeights => ({
  options: ['objectsToSkip'],
  openReader: () => Promise.resolve(reader),
  restore: (model, options) => restoreObjectWeights(model, reader, options),
  close: () => reader.close(),
});

async function restoreObjectWeights(
  model: RawObject,
  reader: WeightReader,
  { skipMismatch = false, skip = [], config, onProgress }: RestoreOptions,
): Promise<string[]> {
  const skipped = JSON.stringify(skip);
  const reordered = config === undefined ? undefined : reorderedPaths(model, config);
  const stored = new StoredValues(reader, (path) => groupOf(reordered?.get(path) ?? path));
  try {
    const paths = pathsIn(model, skipped);
    for (const [done, path] of paths.entries()) {
      await stored.fetch(path);
      onProgress?.(done + 1, paths.length);
    }
    const load = (): string[] =>
      JSON.parse(saving().savingLoad(model, stored.answer, skipMismatch, skipped)) as string[];
    for (;;) {
      // An object whose first path does not fit may have further paths, at which the core looks as Keras does.
      const { names, error, warnings } = resultOf(load);
      if (await stored.fetchMissing()) continue;
      warnings.forEach(warn);
      if (names === undefined) throw error;
      return names;
    }
  } finally {
    stored.dispose();
  }
}

interface LoadResult {
  readonly names?: string[];
  readonly error?: unknown;
  readonly warnings: readonly string[];
}

function resultOf(load: () => string[]): LoadResult {
  const warnings: string[] = [];
  const handler = setWarningHandler((message) => void warnings.push(message));
  try {
    return { names: load(), warnings };
  } catch (error) {
    return { error, warnings };
  } finally {
    setWarningHandler(handler);
  }
}

const pathsIn = (model: RawObject, skipped: string): string[] =>
  (JSON.parse(saving().savingPaths(model, skipped)) as [string, number][]).map(([path]) => path);

// The paths in the file of objects that have another path in the model.
const reorderedPaths = (model: RawObject, config: string): ReadonlyMap<string, string> =>
  new Map(JSON.parse(saving().savingReorderedPaths(model, config)) as [string, string][]);

// Names of path components in older files: `_layer_checkpoint_dependencies` in Keras 2.12 and 2.13, a leading underscore
// for the parts of tf.keras's MultiHeadAttention.
const formerNames = (name: string): string[] => [
  ...(name === 'layers' ? ['_layer_checkpoint_dependencies'] : []),
  `_${name}`,
];

async function storedPath(reader: WeightReader, path: string): Promise<string> {
  if (await reader.has(path)) return path;
  let stored = '';
  for (const name of path.split('/')) {
    const below = (member: string): string => (stored === '' ? member : `${stored}/${member}`);
    let found = name;
    for (const member of [name, ...formerNames(name)]) {
      if (!(await reader.has(below(member)))) continue;
      found = member;
      break;
    }
    stored = below(found);
  }
  return stored;
}

/** The values of a file that a model asks for. They are read into the core before it asks, since it cannot wait. */
class StoredValues {
  readonly #reader: WeightReader;
  readonly #groupOf: (path: string) => string;
  readonly #values = new Map<string, ReadonlyMap<string, Tensor>>();
  readonly #groups = new Map<string, boolean>();
  readonly #missing = new Set<string>();
  readonly #missingGroups = new Set<string>();

  constructor(reader: WeightReader, group: (path: string) => string) {
    this.#reader = reader;
    this.#groupOf = group;
  }

  /** Reads the values of the object at a path. */
  async fetch(path: string): Promise<void> {
    const group = await storedPath(this.#reader, this.#groupOf(path));
    const values = new Map<string, Tensor>();
    this.#values.set(path, values);
    for (const name of await this.#reader.keys(group))
      values.set(name, await readTensor(await this.#reader.find(`${group}/${name}`)));
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      await this.#look(path.slice(0, end));
  }

  async #look(path: string): Promise<void> {
    if (this.#groups.has(path)) return;
    this.#groups.set(path, await this.#reader.has(await storedPath(this.#reader, path)));
  }

  /** Reads what was asked for and not there. Returns whether there was anything. */
  async fetchMissing(): Promise<boolean> {
    const missing = [...this.#missing];
    const groups = [...this.#missingGroups];
    this.#missing.clear();
    this.#missingGroups.clear();
    for (const path of missing) await this.fetch(path);
    for (const path of groups) await this.#look(path);
    return missing.length + groups.length > 0;
  }

  /** Answers the core: whether there is a group, or the values of an object by name. */
  readonly answer = (question: string, path: string): unknown => {
    if (question === 'hasGroup') {
      if (!this.#groups.has(path)) this.#missingGroups.add(path);
      return this.#groups.get(path) ?? false;
    }
    const values = this.#values.get(path);
    if (values === undefined) this.#missing.add(path);
    return Object.fromEntries(values ?? []);
  };

  dispose(): void {
    for (const values of this.#values.values())
      for (const value of values.values()) value.dispose();
    this.#values.clear();
  }
}
