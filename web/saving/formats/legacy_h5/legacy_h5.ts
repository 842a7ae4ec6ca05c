// Whole-model and weights `.h5` files of Keras 1 and 2, tf.keras and Keras 3's legacy format: a group per layer, whose
// `weight_names` say the order.
import { ValueError } from '../../../errors/errors.js';
import { pack, unpack } from '../../../boundary/codec.js';
import type { RawObject } from '../../../boundary/raw.js';
import { wrapTensor, type Tensor } from '../../../tensors/tensor.js';
import { BACKEND, KERAS_VERSION } from '../../format.js';
import type { GroupToWrite } from '../hdf5/h5wasm_file.js';
import { saving } from '../../raw_saving.js';
import type { WeightFile } from '../../weight_file.js';
import { fromCore, groupAt, toCore } from '../../weights.js';

const decoder = new TextDecoder();

// Texts of fixed width are filled up with zeros.
function textOf(value: unknown): string {
  const text = value instanceof Uint8Array ? decoder.decode(value) : String(value);
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) --end;
  return text.slice(0, end);
}

// Long lists are split into name0, name1, ...
function textList(file: WeightFile, group: string, name: string): string[] | undefined {
  const whole = file.attribute(group, name);
  if (whole !== undefined) return listOf(whole);
  const parts: string[] = [];
  for (let chunk = 0; ; ++chunk) {
    const part = file.attribute(group, `${name}${chunk}`);
    if (part === undefined) return chunk === 0 ? undefined : parts;
    parts.push(...listOf(part));
  }
}

function listOf(value: unknown): string[] {
  // An empty array of no particular type stands for no names.
  if (ArrayBuffer.isView(value)) return [];
  return Array.isArray(value) ? value.map(textOf) : [textOf(value)];
}

/** The JSON of the model's config; undefined when the file holds weights only. */
export function legacyConfig(file: WeightFile): string | undefined {
  const config = file.attribute('', 'model_config');
  return config === undefined ? undefined : textOf(config);
}

/** The JSON of optimizer, loss and metrics; undefined for a model that was not compiled. */
export function legacyTrainingConfig(file: WeightFile): string | undefined {
  const config = file.attribute('', 'training_config');
  return config === undefined ? undefined : textOf(config);
}

/** The version of Keras that wrote a whole-model file; those of Keras 1 do not say. */
export function legacyVersion(file: WeightFile): string {
  const version = file.attribute('', 'keras_version');
  return version === undefined ? '1' : textOf(version);
}

/** Whether the file is laid out like this: layers by name, at the root or in `model_weights`. */
export function isLegacy(file: WeightFile): boolean {
  return legacyRoot(file) !== undefined;
}

function legacyRoot(file: WeightFile): string | undefined {
  return ['', 'model_weights'].find((group) => textList(file, group, 'layer_names') !== undefined);
}

export interface LegacyOptions {
  /** Match layers by name, not by their order. */
  readonly byName: boolean;
  readonly skipMismatch: boolean;
  /** The text of the model's config in the file. */
  readonly config?: string;
}

const TOP_LEVEL = 'top_level_model_weights';

/** Gives the model the weights of the file, by the order of the layers or by their names. */
export function restoreLegacyWeights(
  model: RawObject,
  file: WeightFile,
  { byName, skipMismatch, config = '' }: LegacyOptions,
): void {
  const root = legacyRoot(file);
  if (root === undefined)
    throw new ValueError('The file lists no layers: it has no attribute `layer_names`');
  const below = (name: string): string => (root === '' ? name : `${root}/${name}`);
  const read: Tensor[] = [];
  const valueAt = (path: string): Tensor => {
    const value = wrapTensor(toCore(file.read(path)));
    read.push(value);
    return value;
  };
  const valuesOf = (layer: string): Tensor[] =>
    (textList(file, below(layer), 'weight_names') ?? []).map((weight) =>
      valueAt(`${below(layer)}/${weight}`),
    );
  try {
    const names = (textList(file, root, 'layer_names') ?? []).filter((name) => name !== TOP_LEVEL);
    const made = {
      layers: names.map((name): [string, Tensor[]] => [name, valuesOf(name)]),
      topLevel: file.has(below(TOP_LEVEL)) ? valuesOf(TOP_LEVEL) : null,
    };
    saving().savingLoadLegacy(model, pack(made), byName, skipMismatch, config);
  } finally {
    for (const value of read) value.dispose();
  }
}

// --- Writing ---

type NamedValues = [path: string, value: Tensor][];

/** The groups of a whole-model file, as `model.save('model.h5')` of Keras writes them. */
export function legacyGroups(model: RawObject, includeOptimizer: boolean): GroupToWrite {
  const { layers, topLevel } = unpack(saving().savingLegacyWeights(model)) as {
    layers: [name: string, values: NamedValues][];
    topLevel: NamedValues;
  };
  const groups = new Map<string, GroupToWrite>();
  for (const [name, values] of layers) groups.set(name, weightGroup(values));
  groups.set(TOP_LEVEL, weightGroup(topLevel));
  const written = { backend: BACKEND, keras_version: KERAS_VERSION };
  const training = includeOptimizer ? saving().savingTrainingConfig(model) : '';
  return {
    attributes: {
      ...written,
      model_config: saving().savingLegacyConfig(model),
      ...(training === '' ? {} : { training_config: training }),
    },
    groups: new Map([
      [
        'model_weights',
        { attributes: { layer_names: layers.map(([name]) => name), ...written }, groups },
      ],
    ]),
  };
}

// Weights stand at their paths, below the group of their layer.
function weightGroup(values: NamedValues): GroupToWrite {
  const root: GroupToWrite = { attributes: { weight_names: values.map(([path]) => path) } };
  for (const [path, value] of values) {
    const nameStart = path.lastIndexOf('/') + 1;
    const name = path.slice(nameStart);
    const group = groupAt(root, path.slice(0, nameStart));
    if (group.arrays?.has(name))
      throw new ValueError(
        `Unable to create dataset (name already exists): two weights have the path '${path}'. A \`.keras\` file has room for both.`,
      );
    (group.arrays ??= new Map()).set(name, fromCore(value.raw));
    value.dispose();
  }
  return root;
}
