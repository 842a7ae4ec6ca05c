// Saving models in the formats that Keras opens.
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import { ValueError } from '../errors/errors.js';
import { warn } from '../errors/warnings.js';
import { writeFiles } from '../runtime/platform/write_file.js';
import type { Url } from '../runtime/platform/platform_types.js';
import type { FileFormat } from './formats/file_format.js';
import { formatsWith, hasEnding } from './formats/find_format.js';
import type { SavableModel } from './savable_model.js';

export interface SaveOptions {
  /** Whether an existing file is replaced, which is an error otherwise. True by default. */
  overwrite?: boolean;
  /** `keras` or the legacy `h5`; by default what the path ends in, or `keras` without a path. */
  format?: 'keras' | 'h5';
  /** Whether an `.h5` file states how the model was compiled. True by default. */
  includeOptimizer?: boolean;
}

type Path = string | Url | undefined;
type GivenOptions = SaveOptions & { saveFormat?: unknown };

const optionNames: OptionNames<GivenOptions> = {
  overwrite: true,
  format: true,
  includeOptimizer: true,
  saveFormat: true,
};

/**
 * Saves a model as a `.keras` file: config, weights, and how it was compiled. Or as a legacy `.h5` file, when the path
 * or `format` says so.
 *
 * @param path where to write the file (Node); without a path nothing is written.
 * @returns the bytes of the file.
 * @throws ValueError for other file endings and for unknown options.
 */
export async function saveModel(
  model: SavableModel,
  path?: string | Url,
  given: SaveOptions = {},
): Promise<Uint8Array> {
  const { overwrite = true, includeOptimizer = true, format: name } = readSaveOptions(path, given);
  const format = chooseFormat(path, name);
  // Not awaited here: calls for one path write in the order of the calls.
  const bytes = format.writeModel(model, { includeOptimizer });
  if (path !== undefined) {
    const files = bytes.then((known) => [[path, known] as const]);
    await writeFiles(path, files, { overwrite, folders: format.makesFolders ?? false });
  }
  return await bytes;
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

type ModelFormat = FileFormat & Required<Pick<FileFormat, 'writeModel'>>;

const formatOf = (path: string | Url): ModelFormat | undefined =>
  formatsWith('writeModel').find((format) => hasEnding(String(path), format));

function chooseFormat(path: Path, name: string | undefined): ModelFormat {
  const all = formatsWith('writeModel');
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
