// Serialization of objects to records and back (keras/src/saving/serialization_lib.py).

import { closeScope, core } from '../boundary/core.js';
import {
  orCustomObjects,
  revivalNames,
  withRevivalNames,
  type CustomObjects,
  type RevivalNames,
} from './custom_objects.js';
import { parseJson, writeJson } from '../boundary/json.js';
import { pack, packText, unpack } from '../boundary/codec.js';
import type { Packed } from '../boundary/raw.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import { CoreObject } from '../boundary/registry.js';
import type { JsonValue, KerasRecord } from '../base/config.js';
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
  const { safeMode = true, ...names } = readRevivalOptions(options);
  const packed = packText(writeJson(config));
  return revived(
    names,
    () => core().deserialize(packed, safeMode),
    () => core().findUnknown(packed, safeMode),
  ) as T;
}

/** The options of revival; an object of classes and functions is the custom objects. @internal */
export function readRevivalOptions(
  options: DeserializeOptions | CustomObjects | null | undefined,
): DeserializeOptions {
  return readOptions('Deserialization', orCustomObjects(options, optionNames), optionNames);
}

/** The object that `revive` returns; errors list everything that `unknown` finds. @internal */
export function revived(names: RevivalNames, revive: () => Packed, unknown: () => string): unknown {
  return withRevivalNames(names, () => listingUnknown(unknown, () => unpack(revive())));
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
