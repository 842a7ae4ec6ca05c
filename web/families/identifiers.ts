// `get`, `serialize` and `deserialize` of keras.initializers and its sibling modules.

import { core } from '../boundary/core.js';
import { withRevivalNames, type CustomObjects } from '../serialization/custom_objects.js';
import { parseJson, writeJson } from '../boundary/json.js';
import { packConfig, unpack } from '../boundary/codec.js';
import { builtinFunctionName, CoreObject } from '../boundary/registry.js';
import { serializeKerasObject } from '../serialization/serialization.js';
import type { JsonValue } from '../base/config.js';

/** The functions of one module, such as `initializers`. */
export interface Identifiers<Identifier, T> {
  /**
   * The object for an identifier: a name that Keras knows, a record, an object or a function. Custom objects are found
   * by their records, not by bare names.
   *
   * @throws ValueError for anything else.
   */
  readonly get: (identifier: Identifier) => T;
  /** The value that configs hold for an object: a record or a name. */
  readonly serialize: (value: NonNullable<T>) => JsonValue;
  /** The object for a value of a config, which may name custom objects. An unknown name is returned unchanged. */
  readonly deserialize: (config: unknown, customObjects?: CustomObjects | null) => T;
}

/** @internal */
export function identifiers<Identifier, T>(family: string): Identifiers<Identifier, T> {
  return {
    get(identifier) {
      // A function is used as it is.
      if (typeof identifier === 'function') return identifier as Identifier & T;
      return unpack(core().identifierGet(family, packConfig(identifier ?? null))) as T;
    },
    serialize(value) {
      if (family !== 'activations') return serializeKerasObject(value);
      const given = value instanceof CoreObject ? value : (builtinFunctionName(value) ?? value);
      return parseJson(core().activationSerialize(packConfig(given)));
    },
    deserialize(config, customObjects) {
      return withRevivalNames({ customObjects }, () =>
        unpack(core().identifierDeserialize(family, writeJson(config ?? null))),
      ) as T;
    },
  };
}
