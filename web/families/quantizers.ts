// `quantizers`: keras.quantizers.

import type { QuantizerIdentifier } from './identifier_types.js';
import { identifiers } from './identifiers.js';
import type { Quantizer } from './quantizer.js';

export { Quantizer } from './quantizer.js';
export { QuantizationConfig } from './quantization_config.js';
export { AbsMaxQuantizer, type AbsMaxQuantizerOptions } from './quantizer_classes.js';
export * from './quantizer_functions.js';
export {
  AWQConfig,
  type AWQConfigOptions,
  Float8QuantizationConfig,
  type Float8QuantizationConfigOptions,
  GPTQConfig,
  type GPTQConfigOptions,
  Int4QuantizationConfig,
  type Int4QuantizationConfigOptions,
  Int8QuantizationConfig,
  type Int8QuantizationConfigOptions,
} from './quantization_configs.js';

const byIdentifier = identifiers<QuantizerIdentifier | null, Quantizer | null>('quantizers');

/** Resolves a quantizer or its record. ValueError for anything else. */
export const get = byIdentifier.get;
/** The value that configs contain for it. */
export const serialize = byIdentifier.serialize;
/** Reads the value of a config, which may name custom objects. */
export const deserialize = byIdentifier.deserialize;
