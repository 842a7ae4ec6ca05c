// Records of models in files, of any version of Keras.
import type { Config } from '../base/config.js';
import { ValueError } from '../errors/errors.js';

/** A layer in the config of a model. */
export interface LayerRecord {
  readonly name: string;
  readonly className: string;
  /** Its config as the file has it. */
  readonly config: Config;
  /** The layers of a nested model. */
  readonly layers?: readonly LayerRecord[];
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The record in the JSON of a file. NaN and infinities, which Python writes, are null. */
export function recordIn(text: string): Config {
  const record = parsed(text) ?? parsed(text.replace(STRING_OR_SPECIAL, withoutSpecial));
  if (isObject(record)) return record;
  throw new ValueError('The config in the file is not the JSON of an object.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const STRING_OR_SPECIAL = /"(?:[^"\\]|\\.)*"|NaN|-?Infinity/g;

const withoutSpecial = (found: string): string => (found.startsWith('"') ? found : 'null');

/** Levels of nested models that are listed. */
const MAX_DEPTH = 64;

/** The layers that the record of a model lists; empty when it lists none. */
export function layersIn(record: unknown, depth = 0): LayerRecord[] {
  const config = isObject(record) ? record.config : undefined;
  // Keras 1 has a list in place of the config of a Sequential.
  const layers: unknown = isObject(config) ? config.layers : config;
  if (!Array.isArray(layers) || depth === MAX_DEPTH) return [];
  return layers.filter(isObject).map((layer): LayerRecord => {
    const own = isObject(layer.config) ? layer.config : {};
    const nested = layersIn(layer, depth + 1);
    return {
      name: String(own.name ?? layer.name ?? ''),
      className: String(layer.class_name ?? ''),
      config: own,
      ...(nested.length > 0 ? { layers: nested } : {}),
    };
  });
}
