// Weights grouped by layer. The attribute `layer_names` states the order of the layers, and `weight_names` of each layer
// the order of its weights.
import { ValueError } from '../../../errors/errors.js';
import { pack, unpack } from '../../../boundary/codec.js';
import type { RawObject } from '../../../boundary/raw.js';
import type { Tensor } from '../../../tensors/tensor.js';
import { inCore, readTensor } from '../../core_arrays.js';
import type { TakenValues } from '../../object_weights.js';
import { saving } from '../../raw_saving.js';
import type { WeightReader } from '../../weight_reader.js';
import type { WeightWriter } from '../../weight_writer.js';
import { BACKEND, KERAS_VERSION } from '../../written_version.js';
import type { RestoreOptions } from '../file_format.js';
import { textList } from './attribute_text.js';

const MODEL_WEIGHTS = 'model_weights';
/** The group of the weights that the model itself created. */
const TOP_LEVEL = 'top_level_model_weights';

/** The group that contains the layers: the root or `model_weights`; undefined for files laid out in another way. */
export async function layerRoot(reader: WeightReader): Promise<string | undefined> {
  for (const group of ['', MODEL_WEIGHTS])
    if ((await textList(reader, group, 'layer_names')) !== undefined) return group;
  return undefined;
}

/** Assigns the weights in the order of the layers, or by their names. */
export async function restoreLayerWeights(
  model: RawObject,
  reader: WeightReader,
  { byName = false, skipMismatch = false, config = '', onProgress }: RestoreOptions,
): Promise<void> {
  const root = await layerRoot(reader);
  if (root === undefined)
    throw new ValueError('The file lists no layers: it has no attribute `layer_names`');
  const below = (name: string): string => (root === '' ? name : `${root}/${name}`);
  const read: Tensor[] = [];
  const valuesOf = async (layer: string): Promise<Tensor[]> => {
    const values: Tensor[] = [];
    for (const weight of (await textList(reader, below(layer), 'weight_names')) ?? []) {
      const value = await readTensor(await reader.find(`${below(layer)}/${weight}`));
      read.push(value);
      values.push(value);
    }
    return values;
  };
  try {
    const names = ((await textList(reader, root, 'layer_names')) ?? []).filter(
      (name) => name !== TOP_LEVEL,
    );
    const layers: [name: string, values: Tensor[]][] = [];
    for (const name of names) {
      layers.push([name, await valuesOf(name)]);
      onProgress?.(layers.length, names.length);
    }
    const topLevel = (await reader.has(below(TOP_LEVEL))) ? await valuesOf(TOP_LEVEL) : null;
    const weights = { layers, topLevel };
    saving().savingLoadLegacy(model, pack(weights), byName, skipMismatch, config);
  } finally {
    for (const value of read) value.dispose();
  }
}

type NamedValues = [path: string, value: Tensor][];

/** Hands a writer what `model.save('model.h5')` of Keras writes. */
export function writeLegacyContent(
  model: RawObject,
  writer: WeightWriter<unknown>,
  includeOptimizer: boolean,
): TakenValues {
  const { layers, topLevel } = unpack(saving().savingLegacyWeights(model)) as {
    layers: [name: string, values: NamedValues][];
    topLevel: NamedValues;
  };
  const release = (): void => {
    for (const [, value] of [...layers.flatMap(([, values]) => values), ...topLevel])
      value.dispose();
  };
  try {
    writer.attribute('', 'keras_version', KERAS_VERSION);
    writer.attribute('', 'backend', BACKEND);
    writer.attribute('', 'model_config', ascii(saving().savingLegacyConfig(model)));
    const training = includeOptimizer ? saving().savingTrainingConfig(model) : '';
    if (training !== '') writer.attribute('', 'training_config', ascii(training));
    const names = layers.map(([name]) => name);
    writer.attribute(MODEL_WEIGHTS, 'layer_names', names);
    writer.attribute(MODEL_WEIGHTS, 'backend', ascii(BACKEND));
    writer.attribute(MODEL_WEIGHTS, 'keras_version', ascii(KERAS_VERSION));
    for (const [name, values] of layers) writeLayer(writer, `${MODEL_WEIGHTS}/${name}`, values);
    writeLayer(writer, `${MODEL_WEIGHTS}/${TOP_LEVEL}`, topLevel);
    return { release };
  } catch (error) {
    release();
    throw error;
  }
}

// Keras passes these as bytes, and the others as strings.
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

function writeLayer(writer: WeightWriter<unknown>, group: string, values: NamedValues): void {
  const paths = values.map(([path]) => path);
  writer.attribute(group, 'weight_names', paths);
  const written = new Set<string>();
  for (const [path, value] of values) {
    if (written.has(path))
      throw new ValueError(
        `Unable to create dataset (name already exists): two weights have the path '${path}'. A \`.keras\` file has room for both.`,
      );
    written.add(path);
    writer.write(`${group}/${path}`, inCore(value.raw));
  }
}
