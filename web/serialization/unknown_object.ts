// What a config names and nobody has defined, as data.

import type { Config } from './config.js';

/** A class, a function or the body of a Lambda layer that a config names and that nobody defined here. */
export interface UnknownObject {
  readonly kind: 'class' | 'function' | 'lambda';
  /** What it stands for, as far as its place in the config tells. */
  readonly role: UnknownRole;
  /** `package>Name`, or the bare name of what was not registered in Python; the name of a Lambda layer. */
  readonly registeredName: string;
  /** Its name in Python; `Lambda` for a Lambda layer. */
  readonly className: string;
  /** Python's module, when the config has it. */
  readonly module: string | null;
  /** The first place in the config, such as `config.layers[3]`. */
  readonly path: string;
  /** All places. */
  readonly paths: readonly string[];
  /** How many places there are. */
  readonly count: number;
  /** The config at the first place; the name of a function. */
  readonly config: Config | string;
  /** JavaScript that can be pasted and filled in. It takes the keys of the config. */
  readonly stub: string;
}

export type UnknownRole =
  'object' | 'layer' | 'cell' | 'activation' | 'initializer' | 'regularizer' | 'constraint';

/** One place, as the core tells of it (src/models/unknown_objects.h). */
export interface UnknownRow {
  readonly kind: UnknownObject['kind'];
  readonly role: UnknownRole;
  readonly registeredName: string;
  readonly className: string;
  readonly module: string | null;
  readonly path: string;
  readonly message: string;
  readonly record: Config | string;
}
