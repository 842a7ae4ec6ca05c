// Objects to records and back (keras/src/saving/serialization_lib.py).

import { closeScope, core } from '../boundary/core.js';
import {
  orCustomObjects,
  revivalNames,
  withRevivalNames,
  type CustomObjects,
  type RevivalNames,
} from './custom_objects.js';
import { JSONDecodeError, KerasTypeError } from '../errors/errors.js';
import { isMarked, parseJson, writeJson } from '../boundary/json.js';
import { isCurrent, versionInJson } from './keras_version.js';
import type { Model } from '../models/model.js';
import { pack, unpack } from '../boundary/codec.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import { CoreObject } from '../boundary/registry.js';
import { saving } from '../saving/raw_saving.js';
import type { JsonValue, KerasRecord } from './config.js';
import { listingUnknown } from './unknown_objects.js';

export type { CustomObjects };

export interface DeserializeOptions extends RevivalNames {
  /** Whether Python code in the config is refused. True by default. */
  safeMode?: boolean;
}

const optionNames: OptionNames<DeserializeOptions> = { safeMode: true, ...revivalNames };

/** The record of a layer, model, initializer, ...; for plain values, nested too, the form that configs have for them. */
export function serializeKerasObject(value: CoreObject): KerasRecord;
export function serializeKerasObject(value: unknown): JsonValue;
export function serializeKerasObject(value: unknown): unknown {
  const json =
    value instanceof CoreObject
      ? core().objectRecord(value.raw)
      : core().serializeValue(pack(value));
  return parseJson(json);
}

/**
 * Creates the object that a record describes: `deserializeKerasObject<Layer>(record)`.
 *
 * @param options may be the custom objects alone, as in Keras.
 * @throws ValueError or KerasTypeError, as Keras does, for a record that cannot be read. `error.path` is the path in the
 *   record, `error.unknown` lists every class and function that is not defined.
 */
export function deserializeKerasObject<T = unknown>(
  config: unknown,
  options?: DeserializeOptions | CustomObjects | null,
): T {
  return deserializeWritten(writeJson(config), read(options)) as T;
}

function read(options: DeserializeOptions | CustomObjects | null | undefined): DeserializeOptions {
  return readOptions('Deserialization', orCustomObjects(options, optionNames), optionNames);
}

// Creates the object that a record describes, given as the text of writeJson.
function deserializeWritten(text: string, options: DeserializeOptions): unknown {
  const { safeMode = true, ...names } = options;
  return withRevivalNames(names, () =>
    listingUnknown(
      () => ({ json: text, tensors: undefined, objects: undefined }),
      safeMode,
      () => unpack(core().deserialize(text, '[]', safeMode)),
    ),
  );
}

/**
 * The model whose `toJson()` is given, from here or from Python; with fresh weights. `options` may be the custom objects
 * alone, as in Keras.
 */
export function modelFromJson(
  json: string,
  options?: DeserializeOptions | CustomObjects | null,
): Model {
  if (typeof json !== 'string')
    throw new KerasTypeError(
      `the JSON object must be str, bytes or bytearray, not ${json === null ? 'NoneType' : typeof json}`,
    );
  // What the core reads may begin with a mark of our own, which no JSON does.
  if (json.trim() === '' || isMarked(json))
    throw new JSONDecodeError('Expecting value: line 1 column 1 (char 0)');
  const given = read(options);
  const version = versionInJson(json);
  const text = isCurrent(version)
    ? json
    : withRevivalNames(given, () => saving().savingNormalizedConfig(json, version));
  return deserializeWritten(text, given) as Model;
}

/** Runs `body` while revival refuses Python code or not, whatever `safeMode` is passed inside of it. */
export function safeModeScope<T>(safeMode: boolean, body: () => T): T {
  return withSafeMode(safeMode, false, body);
}

function withSafeMode<T>(safeMode: boolean, isArgument: boolean, body: () => T): T {
  core().openSafeModeScope(safeMode, isArgument);
  try {
    return body();
  } finally {
    closeScope();
  }
}

/** Runs `body`, which reads a file, with these names and this answer to Python code. @internal */
export function withRevivalScope<T>(names: RevivalNames, safeMode: boolean, body: () => T): T {
  return withRevivalNames(names, () => withSafeMode(safeMode, true, body));
}

/** As `keras.config.enable_unsafe_deserialization()`: until `clearSession()`. */
export function enableUnsafeDeserialization(): void {
  core().enableUnsafeDeserialization();
}

/** Runs `body` while objects that appear more than once in what is read or written stay one object. @internal */
export function sharingScope<T>(body: () => T): T {
  core().openSharingScope();
  try {
    return body();
  } finally {
    closeScope();
  }
}
