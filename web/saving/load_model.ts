// Opening files of models: `.keras` and legacy whole-model `.h5`.
import { core } from '../core.js';
import {
  orCustomObjects,
  revivalNames,
  type CustomObjects,
  type RevivalNames,
} from '../custom_objects.js';
import { KeyError, ValueError } from '../errors.js';
import type { Model } from '../model.js';
import { readOptions, type OptionNames } from '../option_reader.js';
import { readAll } from '../platform/byte_source.js';
import type { RawObject } from '../raw.js';
import { wrapObject } from '../registry.js';
import { withRevivalScope } from '../serialization.js';
import { CONFIG, readArchive, readWeights, WEIGHTS, type Archive } from './archive.js';
import { restoreAssets } from './assets.js';
import { withHdf5 } from './hdf5.js';
import { jsonText } from './json_text.js';
import { legacyConfig, legacyTrainingConfig, restoreLegacyWeights } from './legacy_h5.js';
import { keepOptimizerState, readOptimizerState } from './optimizer_state.js';
import { saving } from './raw_saving.js';
import { describeBytes, isHdf5, isZip, readSignature } from './signatures.js';
import { isName, withSource, type LoadProgress, type ModelSource } from './source.js';
import { listingUnknown } from '../unknown_objects.js';
import { restoreWeights } from './weights.js';

export interface LoadOptions extends RevivalNames {
  /** Refuse what would run code that the file carries. Default true. */
  safeMode?: boolean;
  /** Keep how the model was compiled. Default true. */
  compile?: boolean;
  /** Largest `config.json` to read, in bytes; a larger one is refused before it is decompressed. Default 2^26: 64 MB. */
  maxConfigBytes?: number;
  /** Told about downloading and about the layers whose weights are in place. */
  onProgress?: (progress: LoadProgress) => void;
}

const optionNames: OptionNames<LoadOptions> = {
  safeMode: true,
  compile: true,
  maxConfigBytes: true,
  onProgress: true,
  ...revivalNames,
};

/**
 * Opens a model that Keras or this package saved: a `.keras` file, or a legacy whole-model `.h5` file.
 *
 * @param given options, or the custom objects alone, as in Keras.
 * @throws ValueError when there is no such file or it is not a model, and for a config that is too large; KeyError when
 *   the archive lacks its config; KerasError of kind BadZipFile when the archive is damaged or was edited; the errors of
 *   Keras for configs and weights that cannot be restored.
 */
export async function loadModel(
  source: ModelSource,
  given?: LoadOptions | CustomObjects | null,
): Promise<Model> {
  core(); // says so when the package is not initialized
  const options = readOptions('loadModel()', orCustomObjects(given, optionNames), optionNames);
  return withSource(source, options.onProgress, async ({ input, name }) => {
    const head = await readSignature(input);
    if (isHdf5(head)) return await loadLegacy(await readAll(input), name, options);
    const named = isName(source);
    if (named && !isZip(head) && !/\.keras$/i.test(name.replace(/[?#].*$/, '')))
      throw unsupported(name, await input.read(0, 64));
    return await loadArchive(await readArchive(input, name, named), options);
  });
}

const unsupported = (name: string, start: Uint8Array): ValueError =>
  new ValueError(
    `File format not supported: filepath=${name}. Keras 3 only supports V3 \`.keras\` files, legacy H5 format files (\`.h5\` extension). (As for this file, ${describeBytes(start)}.)`,
  );

const MAX_CONFIG_BYTES = 2 ** 26;

function revive(config: string, legacy: boolean, options: LoadOptions): RawObject {
  options.onProgress?.({ phase: 'config', loaded: config.length, total: config.length });
  const safeMode = options.safeMode ?? true;
  return withRevivalScope(options, safeMode, () =>
    listingUnknown(
      () => ({ json: config, tensors: undefined, objects: undefined }),
      safeMode,
      () => saving().savingModelFromConfig(config, options.compile ?? true, legacy),
    ),
  );
}

async function loadArchive(archive: Archive, options: LoadOptions): Promise<Model> {
  const config = await archive.read(CONFIG, options.maxConfigBytes ?? MAX_CONFIG_BYTES);
  if (config === undefined)
    throw new KeyError(`"There is no item named '${CONFIG}' in the archive"`);
  await archive.verify([CONFIG, WEIGHTS]);
  const weights = await readWeights(archive);
  const raw = revive(jsonText(config, CONFIG), false, options);
  const onProgress = (loaded: number, total: number): void =>
    options.onProgress?.({ phase: 'weights', loaded, total });
  try {
    const state = await withHdf5([weights], ([file]) => {
      restoreWeights(raw, file!, { onProgress });
      return readOptimizerState(file!);
    });
    await restoreAssets(raw, archive);
    const model = wrapObject(raw) as Model;
    keepOptimizerState(model, state);
    return model;
  } catch (error) {
    raw.delete();
    throw error;
  }
}

async function loadLegacy(bytes: Uint8Array, name: string, options: LoadOptions): Promise<Model> {
  return await withHdf5([bytes], ([file]) => {
    const config = legacyConfig(file!);
    if (config === undefined) throw new ValueError(`No model config found in the file at ${name}.`);
    const raw = revive(config, true, options);
    try {
      restoreLegacyWeights(raw, file!, { byName: false, skipMismatch: false });
      const training = legacyTrainingConfig(file!);
      if (training !== undefined && (options.compile ?? true))
        core().modelSetCompileConfig(raw, compileConfigOf(training));
    } catch (error) {
      raw.delete();
      throw error;
    }
    return wrapObject(raw) as Model;
  });
}

// `optimizer_config` is the legacy name of `optimizer`, and its record has no module.
function compileConfigOf(training: string): string {
  const { optimizer_config: optimizer, ...config } = JSON.parse(training) as Record<
    string,
    unknown
  >;
  return JSON.stringify(optimizer === undefined ? config : { optimizer, ...config });
}
