// What names and records mean in a family: `get`, `serialize` and `deserialize` of keras.<family>.

import { core } from '../boundary/core.js';
import { withRevivalNames, type CustomObjects } from '../serialization/custom_objects.js';
import { parseJson, writeJson } from '../boundary/json.js';
import { packConfig, unpack } from '../boundary/codec.js';
import { builtinFunctionName, CoreObject } from '../boundary/registry.js';
import { serializeKerasObject } from '../serialization/serialization.js';
import type { JsonValue } from '../serialization/config.js';

/** The functions of one family. */
export interface Identifiers<Identifier, T> {
  /**
   * What an identifier means where the family is asked for: a name that Keras knows, a record, an object or a function.
   * ValueError for anything else; names of custom objects need a record.
   */
  get(identifier: Identifier): T;
  /** The form that configs have for it. */
  serialize(value: NonNullable<T>): JsonValue;
  /** What that form means; it may name custom objects. A name that nothing has is given back. */
  deserialize(config: unknown, customObjects?: CustomObjects | null): T;
}

/** @internal */
export function identifiers<Identifier, T>(family: string): Identifiers<Identifier, T> {
  return {
    get(identifier) {
      // A function is what it says, built-in or not.
      if (typeof identifier === 'function') return identifier as unknown as T;
      return unpack(core().identifierGet(family, packConfig(identifier ?? null))) as T;
    },
    serialize(value) {
      if (family !== 'activations') return serializeKerasObject(value) as JsonValue;
      const given = value instanceof CoreObject ? value : (builtinFunctionName(value) ?? value);
      return parseJson(core().activationSerialize(packConfig(given))) as JsonValue;
    },
    deserialize(config, customObjects) {
      return withRevivalNames({ customObjects }, () =>
        unpack(core().identifierDeserialize(family, writeJson(config ?? null))),
      ) as T;
    },
  };
}
