// Models and weights in several files: which one lists the others, and where the others are.
import { KerasTypeError, ValueError } from '../errors/errors.js';
import { namesInFolder } from '../runtime/platform/files.js';
import type { Url } from '../runtime/platform/platform_types.js';
import { formatsWith, hasEnding } from './formats/find_format.js';
import { isName, type BrowserFileHandle, type FilesByName, type ModelSource } from './source.js';
import { tagOf } from './source_kinds.js';

/** A folder of the File System Access API, such as `FileSystemDirectoryHandle`. */
export interface BrowserFolderHandle {
  readonly kind: 'directory';
  values(): AsyncIterable<{ readonly kind: string; readonly name: string }>;
}

/** What loads the parts of a model as TensorFlow.js's `IOHandler`s do. */
export interface ArtifactLoader {
  load(): Promise<ModelArtifacts>;
}

/** The parts of a model, as TensorFlow.js names them. */
export interface ModelArtifacts {
  readonly modelTopology?: object | ArrayBuffer;
  readonly weightSpecs?: readonly object[];
  readonly weightData?: ArrayBuffer | readonly ArrayBuffer[] | (() => unknown);
}

type NamedFile = ModelSource & { readonly name: string };

/**
 * One file, or several that belong together: by name, as a list of Files such as `input.files`, as a folder, or as an object
 * with a `load()` like TensorFlow.js's `IOHandler`.
 */
export type FileSource =
  ModelSource | FilesByName | ArrayLike<NamedFile> | BrowserFolderHandle | ArtifactLoader;

/** The file to read first, and where it finds others. */
export interface FileSet {
  readonly main: ModelSource;
  readonly folder: ModelSource | FilesByName;
}

/** Finds the file that lists the others. ValueError when there is none. */
export async function fileSetOf(source: FileSource): Promise<FileSet> {
  if (isName(source)) return await ofPath(source);
  const files = await filesIn(source);
  if (files === undefined) return { main: source as ModelSource, folder: source as ModelSource };
  const names = Object.keys(files);
  const index = names.length === 1 ? names[0] : indexAmong(names);
  if (index === undefined)
    throw new ValueError(
      `Among files by name one is a \`.weights.json\` or \`model.json\`. Received: [${names.join(', ')}]`,
    );
  return { main: files[index]!, folder: files };
}

// Of the formats that list files, the first one with a file.
function indexAmong(names: readonly string[]): string | undefined {
  for (const format of formatsWith('isIndex')) {
    const found = names.filter((name) => hasEnding(name, format));
    if (found.length === 1) return found[0];
  }
  return undefined;
}

async function ofPath(path: string | Url): Promise<FileSet> {
  const names = await namesInFolder(path);
  const index = names && indexAmong(names);
  if (index === undefined) return { main: path, folder: path };
  const inside = `${String(path).replace(/[\\/]+$/, '')}/${index}`;
  return { main: inside, folder: inside };
}

// The files by name; undefined for a single file.
async function filesIn(source: FileSource): Promise<FilesByName | undefined> {
  if (isFolder(source)) return await inFolder(source);
  if (isLoader(source)) return inArtifacts(await source.load());
  const isList = tagOf(source) === 'FileList' || (Array.isArray(source) && source.every(isNamed));
  if (isList && (source as ArrayLike<NamedFile>).length > 0)
    return byName(Array.from(source as ArrayLike<NamedFile>).map((file) => [file.name, file]));
  return isPlainObject(source) ? source : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isNamed = (value: unknown): boolean => isObject(value) && typeof value.name === 'string';

const isFolder = (source: unknown): source is BrowserFolderHandle =>
  isObject(source) && source.kind === 'directory' && typeof source.values === 'function';

const isLoader = (source: unknown): source is ArtifactLoader =>
  isObject(source) && typeof source.load === 'function';

const isPlainObject = (source: unknown): source is FilesByName =>
  isObject(source) &&
  Object.getPrototypeOf(source) === Object.prototype &&
  !('class_name' in source) &&
  typeof source.getFile !== 'function' &&
  tagOf(source) === 'Object';

// Names such as `__proto__` are ordinary names.
const byName = (files: readonly (readonly [string, ModelSource])[]): FilesByName =>
  Object.fromEntries(files);

async function inFolder(folder: BrowserFolderHandle): Promise<FilesByName> {
  const files: [string, ModelSource][] = [];
  for await (const entry of folder.values())
    if (entry.kind === 'file') files.push([entry.name, entry as unknown as BrowserFileHandle]);
  return byName(files);
}

function inArtifacts(artifacts: ModelArtifacts): FilesByName {
  const { modelTopology, weightSpecs = [], weightData = [], ...more } = artifacts;
  if (!isObject(modelTopology) || modelTopology instanceof ArrayBuffer)
    throw new KerasTypeError('`load()` did not return a `modelTopology` that is an object.');
  if (typeof weightData === 'function')
    throw new KerasTypeError('`load()` returned weights as a stream: give `weightData` as bytes.');
  const parts = (Array.isArray(weightData) ? weightData : [weightData]) as readonly ArrayBuffer[];
  const paths = parts.map((_, i) => `weights${i}.bin`);
  const weightsManifest = [{ paths, weights: weightSpecs }];
  const json = JSON.stringify({ ...more, modelTopology, weightsManifest });
  return byName([
    ['model.json', new TextEncoder().encode(json)],
    ...parts.map((part, i): [string, ModelSource] => [paths[i]!, part]),
  ]);
}
