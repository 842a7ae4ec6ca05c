// Types of Keras's wire format: configs and records with the snake_case keys that Python writes.

/** A JSON value. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

/** The config of a layer, model, initializer, ...: the options of its constructor under Keras's snake_case names. */
// Any, because hooks read and edit configs in place as in Python: `config.kernel_initializer.config.seed = 1`.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Config = Record<string, any>;

/** The record of an object, as `serializeKerasObject` writes it. */
export interface KerasRecord {
  module: string | null;
  class_name: string;
  config: Config;
  registered_name: string | null;
  build_config?: Config;
  compile_config?: Config;
  shared_object_id?: number;
}

/** A shape: the sizes of the axes, `null` for unknown ones. */
export type Shape = readonly (number | null)[];

/** Dtypes of tensors. */
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
