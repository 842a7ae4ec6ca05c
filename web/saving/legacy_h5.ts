// Whole-model and weights `.h5` files of Keras 1 and 2, tf.keras and Keras 3's legacy format: a group per layer, whose
// `weight_names` say the order.
import { ValueError } from '../errors.js';
import type { RawObject } from '../raw.js';
import { saving } from './raw_saving.js';
import type { WeightFile } from './weight_file.js';
import { put } from './weights.js';

const decoder = new TextDecoder();

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? decoder.decode(value) : String(value);
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

/** Whether the file is laid out like this: layers by name, at the root or in `model_weights`. */
export function isLegacy(file: WeightFile): boolean {
  return legacyRoot(file) !== undefined;
}

function legacyRoot(file: WeightFile): string | undefined {
  return ['', 'model_weights'].find((group) => textList(file, group, 'layer_names') !== undefined);
}

/** Gives the model the weights of the file, by the order of the layers or by their names. */
export function restoreLegacyWeights(
  model: RawObject,
  file: WeightFile,
  options: { byName: boolean; skipMismatch: boolean },
): void {
  const root = legacyRoot(file);
  if (root === undefined)
    throw new ValueError('The file lists no layers: it has no attribute `layer_names`');
  const map = saving().savingWeightMap();
  try {
    for (const layer of textList(file, root, 'layer_names') ?? []) {
      const group = root === '' ? layer : `${root}/${layer}`;
      saving().savingAddPath(map, layer);
      for (const weight of textList(file, group, 'weight_names') ?? [])
        put(map, layer, file.read(`${group}/${weight}`));
    }
    saving().savingLoadLegacy(model, map, options.byName, options.skipMismatch);
  } finally {
    map.delete();
  }
}
