// Reading weights, whatever the file format: groups, arrays and attributes.
import type { ArrayToRead } from './stored_array.js';

/** The attributes that Keras writes. Lists that are too long for one attribute are split into `layer_names0`, ... */
export type AttributeName =
  | 'name'
  | 'backend'
  | 'keras_version'
  | 'model_config'
  | 'training_config'
  | `${'layer_names' | 'weight_names'}${number | ''}`;

/**
 * An open file of weights. Arrays have paths such as `layers/dense/vars/0`, without a leading slash; the root group has
 * the empty path. Formats without groups split the names of their arrays at slashes.
 */
export interface WeightReader {
  /** Whether there is a group or array at the path. */
  has(path: string): Promise<boolean>;
  /** The names in a group, in the file's order; empty when there is no such group. */
  keys(group: string): Promise<string[]>;
  /** The array at the path. Rejects with KeyError when there is none. */
  find(path: string): Promise<ArrayToRead>;
  /** A string, or a list of strings; undefined when the group or the attribute is missing. */
  attribute(group: string, name: AttributeName): Promise<unknown>;
  close(): void;
}
