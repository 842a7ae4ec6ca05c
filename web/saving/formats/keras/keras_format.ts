// `.keras` files: a zip archive with the config, the weights, and files that belong to layers
// (keras/src/saving/saving_lib.py).
import { KeyError, ValueError } from '../../../errors/errors.js';
import { warn } from '../../../errors/warnings.js';
import { collectAssets } from '../../assets.js';
import { describeBytes } from '../../describe_file.js';
import type { FileContent } from '../../file_content.js';
import { jsonText } from '../../json_text.js';
import { objectWeights, writeObjectWeights } from '../../object_weights.js';
import { writeOptimizerState } from '../../optimizer_state.js';
import { saving } from '../../raw_saving.js';
import type { SavableModel } from '../../savable_model.js';
import { readableSize } from '../../size_limits.js';
import { KERAS_VERSION } from '../../written_version.js';
import { readArchive, ZIP_MAGIC, type Archive } from '../../zip/archive.js';
import { writeArchive } from '../../zip/write_archive.js';
import type {
  FileToRead,
  ModelLimits,
  SavedModel,
  SavedWeights,
  WriteModelOptions,
} from '../file_format.js';
import { Hdf5Writer } from '../hdf5/hdf5_writer.js';

const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';

/** Config, metadata and weights. Keras extracts archives with more members, and so reads all of them. */
const MEMBERS_WITHOUT_ASSETS = 3;
const MAX_METADATA_BYTES = 2 ** 16;

export async function readKerasModel(
  file: FileToRead,
  { maxConfigBytes }: ModelLimits,
): Promise<SavedModel> {
  const archive = await openArchive(file);
  checkConfigSize(archive, maxConfigBytes);
  const config = await archive.read(CONFIG);
  if (config === undefined)
    throw new KeyError(`"There is no item named '${CONFIG}' in the archive"`);
  const metadata = await metadataOf(archive);
  const { keras_version: version } = metadata;
  return {
    config: jsonText(config, CONFIG),
    isLegacy: false,
    version: typeof version === 'string' ? version : '',
    metadata,
    assets: archive,
    async openWeights() {
      if (archive.entryCount > MEMBERS_WITHOUT_ASSETS) await archive.verify([CONFIG, WEIGHTS]);
      return await weightsOf(archive, file);
    },
    close: () => undefined,
  };
}

export async function readKerasWeights(file: FileToRead): Promise<SavedWeights | undefined> {
  const archive = await openArchive(file);
  // Other archives may be of another format.
  if (archive.sizeOf(CONFIG) === undefined && weightsName(archive) === undefined) return undefined;
  return await weightsOf(archive, file);
}

async function openArchive(file: FileToRead): Promise<Archive> {
  const archive = await readArchive(file.input, file.name);
  if (archive) return archive;
  throw notAnArchive(await file.input.read(0, 64), file);
}

// The sentence of Keras speaks of a path; sources without a path get another one.
function notAnArchive(start: Uint8Array, { name, isNamed }: FileToRead): ValueError {
  const advice = 'Please ensure the file is an accessible `.keras` zip file.';
  const isCut = ZIP_MAGIC.every((byte, i) => start[i] === byte);
  const reason = isCut
    ? 'it is cut short or damaged: its end has no directory'
    : describeBytes(start);
  return new ValueError(
    isNamed
      ? `File not found: filepath=${name}. ${advice} (There is something under that name, but ${reason}.)`
      : `${name} cannot be opened: ${reason}. ${advice}`,
  );
}

function checkConfigSize(archive: Archive, limit: number): void {
  const size = archive.sizeOf(CONFIG) ?? 0;
  if (size <= limit) return;
  throw new ValueError(
    `Not allowed: archive member '${CONFIG}' has ${readableSize(size)}, and \`maxConfigBytes\` allows ${readableSize(limit)}.`,
  );
}

// Keras writes HDF5 by default, and can also write `model.weights.npz`.
const weightsName = (archive: Archive): string | undefined =>
  [WEIGHTS, ...archive.names].find(
    (each) => /^model\.weights\.\w+$/.test(each) && archive.sizeOf(each) !== undefined,
  );

async function weightsOf(archive: Archive, file: FileToRead): Promise<SavedWeights> {
  const name = weightsName(archive);
  if (name === undefined)
    throw new ValueError('Expected a model.weights.h5 or model.weights.npz file.');
  const reader = await file.openWeights((await archive.open(name))!, name);
  return { ...objectWeights(reader), options: [] };
}

// Keras does not read the metadata: a file without readable metadata is treated as one of the current version.
async function metadataOf(archive: Archive): Promise<Readonly<Record<string, unknown>>> {
  if ((archive.sizeOf(METADATA) ?? 0) > MAX_METADATA_BYTES) return {};
  try {
    const bytes = await archive.read(METADATA);
    const metadata: unknown = bytes && JSON.parse(jsonText(bytes, METADATA));
    return typeof metadata === 'object' && metadata !== null ? { ...metadata } : {};
  } catch {
    return {};
  }
}

export async function writeKerasModel(
  model: SavableModel,
  { onProgress }: WriteModelOptions,
): Promise<FileContent> {
  if (!model.built)
    warn(
      'You are saving a model that has not yet been built. It might not contain any weights yet. Consider building the model first by calling it on some data.',
    );
  const weights = new Hdf5Writer();
  const taken = writeObjectWeights(model.raw, weights, [], onProgress);
  try {
    writeOptimizerState(model, weights);
    const date = new Date();
    const metadata = `{"keras_version": "${KERAS_VERSION}", "date_saved": "${stampOf(date)}"}`;
    const members = {
      [METADATA]: textBytes(metadata),
      [CONFIG]: textBytes(saving().savingConfig(model.raw)),
      [WEIGHTS]: weights.finish(),
    };
    const parts = writeArchive({ ...members, ...(await collectAssets(model.raw)) }, date);
    return { parts, release: taken.release };
  } catch (error) {
    taken.release();
    throw error;
  }
}

const encoder = new TextEncoder();
const textBytes = (text: string): Uint8Array => encoder.encode(text);

// As Python's "%Y-%m-%d@%H:%M:%S".
const stampOf = (date: Date): string => date.toISOString().slice(0, 19).replace('T', '@');
