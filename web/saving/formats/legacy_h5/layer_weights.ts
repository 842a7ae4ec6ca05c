// Weights grouped by layer. The attribute `layer_names` states the order of the layers, and `weight_names` of each layer
// the order of its weights.
import { ValueError } from '../../../errors/errors.js';
import { pack, unpack } from '../../../boundary/codec.js';
import type { RawObject } from '../../../boundary/raw.js';
import { wrapTensor, type Tensor } from '../../../tensors/tensor.js';
import { fromCore, toCore } from '../../core_arrays.js';
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
export const layerRoot = (reader: WeightReader): string | undefined =>
  ['', MODEL_WEIGHTS].find((group) => textList(reader, group, 'layer_names') !== undefined);

/** Assigns the weights in the order of the layers, or by their names. */
export function restoreLayerWeights(
  model: RawObject,
  reader: WeightReader,
  { byName = false, skipMismatch = false, config = '' }: RestoreOptions,
): void {
  const root = layerRoot(reader);
  if (root === undefined)
    throw new ValueError('The file lists no layers: it has no attribute `layer_names`');
  const below = (name: string): string => (root === '' ? name : `${root}/${name}`);
  const read: Tensor[] = [];
  const valueAt = (path: string): Tensor => {
    const value = wrapTensor(toCore(reader.read(path)));
    read.push(value);
    return value;
  };
  const valuesOf = (layer: string): Tensor[] =>
    (textList(reader, below(layer), 'weight_names') ?? []).map((weight) =>
      valueAt(`${below(layer)}/${weight}`),
    );
  try {
    const names = (textList(reader, root, 'layer_names') ?? []).filter(
      (name) => name !== TOP_LEVEL,
    );
    const weights = {
      layers: names.map((name): [string, Tensor[]] => [name, valuesOf(name)]),
      topLevel: reader.has(below(TOP_LEVEL)) ? valuesOf(TOP_LEVEL) : null,
    };
    saving().savingLoadLegacy(model, pack(weights), byName, skipMismatch, config);
  } finally {
    for (const value of read) value.dispose();
  }
}

type NamedValues = [path: string, value: Tensor][];

/** Writes what `model.save('model.h5')` of Keras writes. */
export function writeLegacyContent(
  model: RawObject,
  writer: WeightWriter<unknown>,
  includeOptimizer: boolean,
): void {
  const { layers, topLevel } = unpack(saving().savingLegacyWeights(model)) as {
    layers: [name: string, values: NamedValues][];
    topLevel: NamedValues;
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
  } finally {
    for (const [, value] of [...layers.flatMap(([, values]) => values), ...topLevel])
      value.dispose();
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
    writer.write(`${group}/${path}`, fromCore(value.raw));
  }
}
