// Serialization of objects to records and back (keras/src/saving/serialization_lib.py).

import { closeScope, core } from '../boundary/core.js';
import {
  orCustomObjects,
  revivalNames,
  withRevivalNames,
  type CustomObjects,
  type RevivalNames,
} from './custom_objects.js';
import { JSONDecodeError, KerasTypeError } from '../errors/errors.js';
import { parseJson, writeJson } from '../boundary/json.js';
import { isCurrent, versionInJson } from './keras_version.js';
import type { Model } from '../models/model.js';
import { pack, packText, unpack } from '../boundary/codec.js';
import type { Packed } from '../boundary/raw.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import { CoreObject } from '../boundary/registry.js';
import { saving } from '../saving/raw_saving.js';
import type { JsonValue, KerasRecord } from './config.js';
import { listingUnknown } from './unknown_objects.js';

export type { CustomObjects };

/** Options of `deserializeKerasObject` and `modelFromJson`. */
export interface DeserializeOptions extends RevivalNames {
  /** Whether Python code in the config is an error. True by default. */
  safeMode?: boolean;
}

const optionNames: OptionNames<DeserializeOptions> = { safeMode: true, ...revivalNames };

/** The record of a layer, model, initializer, ...; for plain and nested values, the value that a config holds for them. */
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
  const { safeMode = true, ...names } = read(options);
  const packed = packText(writeJson(config));
  return revived(
    names,
    () => core().deserialize(packed, safeMode),
    () => core().findUnknown(packed, safeMode),
  ) as T;
}

function read(options: DeserializeOptions | CustomObjects | null | undefined): DeserializeOptions {
  return readOptions('Deserialization', orCustomObjects(options, optionNames), optionNames);
}

// Creates the object that `revive` returns; errors list everything that `unknown` finds.
function revived(names: RevivalNames, revive: () => Packed, unknown: () => string): unknown {
  return withRevivalNames(names, () => listingUnknown(unknown, () => unpack(revive())));
}

/**
 * Creates a model, with newly initialized weights, from the JSON of `model.toJson()` or of Keras's `model.to_json()`.
 *
 * @param options may be the custom objects alone, as in Keras.
 * @throws JSONDecodeError for a string that is not JSON, and the errors of `deserializeKerasObject`.
 */
export function modelFromJson(
  json: string,
  options?: DeserializeOptions | CustomObjects | null,
): Model {
  if (typeof json !== 'string')
    throw new KerasTypeError(
      `the JSON object must be str, bytes or bytearray, not ${json === null ? 'NoneType' : typeof json}`,
    );
  // Python's message for text that does not start like JSON.
  if (!/^\s*[[{"\-\dtfnNI]/.test(json))
    throw new JSONDecodeError('Expecting value: line 1 column 1 (char 0)');
  const given = read(options);
  const version = versionInJson(json);
  const text = isCurrent(version)
    ? json
    : withRevivalNames(given, () => saving().savingNormalizedConfig(json, version));
  const { safeMode = true, ...names } = given;
  return revived(
    names,
    () => core().deserializeJson(text, safeMode),
    () => core().findUnknownInJson(text, safeMode),
  ) as Model;
}

/** Runs `body` with Python code in configs refused or allowed, whatever `safeMode` is passed inside it. */
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

/** Runs `body`, which reads a file, with these custom objects and this `safeMode`. @internal */
export function withRevivalScope<T>(names: RevivalNames, safeMode: boolean, body: () => T): T {
  return withRevivalNames(names, () => withSafeMode(safeMode, true, body));
}

/** Allows Python code in configs until `clearSession()`, as `keras.config.enable_unsafe_deserialization()`. */
export function enableUnsafeDeserialization(): void {
  core().enableUnsafeDeserialization();
}

/** Runs `body` with shared objects preserved: an object that appears more than once stays one object. @internal */
export function sharingScope<T>(body: () => T): T {
  core().openSharingScope();
  try {
    return body();
  } finally {
    closeScope();
  }
}
