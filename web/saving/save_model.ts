// Saving models in the formats that Keras opens.
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import { ValueError } from '../errors/errors.js';
import { warn } from '../errors/warnings.js';
import { writeFiles, type FileToWrite } from '../runtime/platform/write_file.js';
import { isByteTarget, nameOfTarget, type ByteTarget } from '../runtime/platform/write_stream.js';
import type { Url } from '../runtime/platform/platform_types.js';
import { bytesOf, contentOf, type FileContent } from './file_content.js';
import type { FileFormat, FilesToWrite, WriteModelOptions } from './formats/file_format.js';
import { formatsWith, hasEnding } from './formats/find_format.js';
import { SavingSteps, type SavingOptions } from './progress.js';
import { writeContent } from './write_content.js';
import type { SavableModel } from './savable_model.js';

export interface SaveOptions extends SavingOptions {
  /** Whether an existing file is replaced, which is an error otherwise. True by default. */
  overwrite?: boolean;
  /**
   * `keras`, the legacy `h5`, `onnx`, or `tfjs` for a layers model of TensorFlow.js; by default what the path ends in, or
   * `keras` without a path. For `tfjs` the path names the `model.json`.
   */
  format?: 'keras' | 'h5' | 'onnx' | 'tfjs';
  /** Whether an `.h5` file states how the model was compiled. True by default. */
  includeOptimizer?: boolean;
  /** Whether the weights of an `.onnx` file are in a file of their own, as files above 2 GB need. False by default. */
  externalData?: boolean;
}

/** Options with which a model becomes several files. */
export type SeveralFiles = SaveOptions & ({ externalData: true } | { format: 'tfjs' });

type Path = string | Url | undefined;
type GivenOptions = SaveOptions & { saveFormat?: unknown };

const optionNames: OptionNames<GivenOptions> = {
  overwrite: true,
  format: true,
  includeOptimizer: true,
  externalData: true,
  onProgress: true,
  signal: true,
  saveFormat: true,
};

/**
 * Saves a model as a `.keras` file: config, weights, and how it was compiled. Or as a legacy `.h5` file, as
 * ONNX, or for TensorFlow.js, when the path or `format` says so. An ONNX file has the graph of a prediction and the weights;
 * it cannot be opened here.
 *
 * A stream gets the file in blocks and is closed, or aborted when saving fails; then no second copy of the weights is held.
 *
 * @param target where to write the file: a path (Node), a `WritableStream`, a stream of Node, or a handle such as
 *   `FileSystemFileHandle`, whose name decides on the format. Without one nothing is written.
 * @returns the bytes of the file; with `externalData` and for `tfjs` the bytes of all files, by name; nothing for a stream.
 * @throws ValueError for other file endings and for unknown options, NotImplementedError with the names of all layers
 *   that the format cannot express.
 */
export async function saveModel(
  model: SavableModel,
  path: string | Url | undefined,
  given: SeveralFiles,
): Promise<Record<string, Uint8Array>>;
export async function saveModel(
  model: SavableModel,
  path?: string | Url,
  given?: SaveOptions,
): Promise<Uint8Array>;
export async function saveModel(
  model: SavableModel,
  target: ByteTarget,
  given?: SaveOptions,
): Promise<void>;
export async function saveModel(
  model: SavableModel,
  target?: string | Url | ByteTarget,
  given: SaveOptions = {},
): Promise<void | Uint8Array | Record<string, Uint8Array>> {
  const path = isByteTarget(target) ? nameOfTarget(target) : target;
  const options = readSaveOptions(path, given);
  const { overwrite = true, includeOptimizer = true, externalData = false } = options;
  const format = chooseFormat(path, options.format);
  refuseExternalData(format, externalData);
  const name = path === undefined ? `model${format.endings[0]!}` : fileNameIn(String(path));
  const follow = new SavingSteps(options);
  const writing = { includeOptimizer, externalData, onProgress: follow.onObject };
  if (isByteTarget(target)) {
    refuseSeveralFiles(format, externalData);
    return await writeContent(target, () => contentFor(format, model, name, writing), follow);
  }
  follow.begin();
  // Not awaited here: calls for one path write in the order of the calls.
  const files = follow.made(filesOf(format, model, name, writing));
  if (path !== undefined) {
    const toWrite = files.then((all) =>
      [...all].map(([each, bytes]): FileToWrite => [
        each === name ? path : besides(path, each),
        bytes,
      ]),
    );
    const folders = format.makesFolders ?? false;
    await writeFiles(path, toWrite, { overwrite, folders, ...follow.writing });
  }
  const all = await files;
  return all.size === 1 ? all.get(name)! : Object.fromEntries(all);
}

// Another file in the folder of the path.
const besides = (path: string | Url, name: string): string | Url =>
  typeof path === 'string' ? path.replace(/[^\\/]*$/, name) : new URL(name, path);

const fileNameIn = (path: string): string => path.slice(path.search(/[^\\/]*$/));

async function contentFor(
  format: ModelFormat,
  model: SavableModel,
  name: string,
  options: WriteModelOptions,
): Promise<FileContent> {
  if (format.writeModel) return await format.writeModel(model, options);
  return contentOf((await format.writeFiles!(model, name, options)).get(name)!);
}

async function filesOf(
  format: ModelFormat,
  model: SavableModel,
  name: string,
  options: WriteModelOptions,
): Promise<FilesToWrite> {
  if (format.writeFiles) return await format.writeFiles(model, name, options);
  return new Map([[name, bytesOf(await format.writeModel!(model, options))]]);
}

function refuseSeveralFiles({ name }: ModelFormat, externalData: boolean): void {
  if (externalData || name === 'tfjs')
    throw new ValueError(
      `A stream takes one file, and ${externalData ? '`externalData`' : `the format '${name}'`} makes several. Save to a path, or without one.`,
    );
}

function refuseExternalData(format: ModelFormat, externalData: boolean): void {
  if (externalData && format.name !== 'onnx')
    throw new ValueError(
      `\`externalData\` only supports \`.onnx\` files. Received: format='${format.name}'`,
    );
}

function readSaveOptions(path: Path, given: GivenOptions): SaveOptions {
  const { saveFormat: former, ...options } = readOptions<GivenOptions>(
    'save()',
    given,
    optionNames,
    (unknown) =>
      `The following argument(s) are not supported: [${unknown.map((name) => `'${name}'`).join(', ')}]`,
  );
  if (!former) return options;
  const message = 'The `save_format` argument is deprecated in Keras 3. ';
  if (path !== undefined && formatOf(path) === undefined)
    throw new ValueError(
      `${message}Please remove this argument and pass a file path with either \`.keras\` or \`.h5\` extension. Received: save_format=${String(former)}`,
    );
  warn(
    `${message}We recommend removing this argument as it can be inferred from the file path. Received: save_format=${String(former)}`,
  );
  return options;
}

/** A format with `writeModel` or `writeFiles`. */
type ModelFormat = FileFormat;

const modelFormats = (): ModelFormat[] => [
  ...formatsWith('writeModel'),
  ...formatsWith('writeFiles'),
];

// Of files that end in .json, only `format` says what they are.
const formatOf = (path: string | Url): ModelFormat | undefined =>
  modelFormats().find((format) => !format.isIndex && hasEnding(String(path), format));

function chooseFormat(path: Path, name: string | undefined): ModelFormat {
  const all = modelFormats();
  const chosen = name
    ? all.find((format) => format.name === name)
    : path === undefined
      ? all[0]
      : formatOf(path);
  if (chosen) return chosen;
  throw new ValueError(
    name
      ? `\`format\` is one of ${all.map((format) => `'${format.name}'`).join(', ')}. Received: format=${String(name)}`
      : `Invalid filepath extension for saving. Please add either a \`.keras\` extension for the native Keras format (recommended) or a \`.h5\` extension. Received: filepath=${String(path)}.`,
  );
}
