// Writing weights, whatever the file format: groups, arrays and attributes.
import type { PartedBytes } from './parted_bytes.js';
import type { ArrayToWrite } from './stored_array.js';
import type { AttributeName } from './weight_reader.js';

/** A string, a string that Keras passes as ASCII bytes, or a list of strings. */
export type AttributeValue = string | Uint8Array | readonly string[];

/**
 * Collects the content of a file of weights, at paths as in `WeightReader`. Groups are created as needed. `finish()` is
 * called once, last.
 */
export interface WeightWriter<Result = PartedBytes> {
  attribute(group: string, name: AttributeName, value: AttributeValue): void;
  /** Adds an array; its bytes must not change while the file is in use. */
  write(path: string, array: ArrayToWrite): void;
  /** The file. */
  finish(): Result;
}
