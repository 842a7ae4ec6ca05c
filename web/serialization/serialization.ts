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
import { parseJson, writeJson } from '../boundary/json.js';
import { isCurrent, versionInJson } from './keras_version.js';
import type { Model } from '../models/model.js';
import { pack, packText, unpack } from '../boundary/codec.js';
import type { Packed } from '../boundary/raw.js';
import type { CallValue } from '../ops/operation.js';
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
 * The value that a record describes. `options` may be the custom objects alone, as in Keras. Throws Keras's errors for
 * records it cannot read; `error.path` says where. When the record names classes or functions that are not defined,
 * `error.unknown` lists them all.
 */
export function deserializeKerasObject(
  config: unknown,
  options?: DeserializeOptions | CustomObjects | null,
): CallValue {
  const { safeMode = true, ...names } = read(options);
  const packed = packText(writeJson(config));
  return revived(
    names,
    () => core().deserialize(packed, safeMode),
    () => core().findUnknown(packed, safeMode),
  );
}

function read(options: DeserializeOptions | CustomObjects | null | undefined): DeserializeOptions {
  return readOptions('Deserialization', orCustomObjects(options, optionNames), optionNames);
}

function revived(names: RevivalNames, revive: () => Packed, unknown: () => string): CallValue {
  return withRevivalNames(names, () =>
    listingUnknown(unknown, () => unpack(revive()) as CallValue),
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
  // Python's sentence for what does not even begin like JSON.
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
