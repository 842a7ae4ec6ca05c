// Keras's wire format: configs and records as Python writes them, with snake_case keys. Never renamed.

/** A value that JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** The config of a layer, model, initializer, ...: what its constructor takes, under Keras's names. */
// A config is edited in place by hooks, as in Python: its values are whatever Keras has for them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Config = Record<string, any>;

/** What `serializeKerasObject` makes of an object. */
export interface KerasRecord {
  module: string | null;
  class_name: string;
  config: Config;
  registered_name: string | null;
  build_config?: Config;
  compile_config?: Config;
  shared_object_id?: number;
}

/** A shape: sizes, `null` where one is not known yet. */
export type Shape = readonly (number | null)[];

/** Names of element types. */
export type DType =
  | 'bool'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64'
  | 'float8_e4m3fn'
  | 'float8_e5m2'
  | 'complex64'
  | 'string';
