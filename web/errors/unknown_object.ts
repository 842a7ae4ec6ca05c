// Classes, functions and Lambda bodies that a config names and nothing defines.

import type { Config } from '../base/config.js';

/** A class, a function or the body of a Lambda layer that a config names and nothing defines. */
export interface UnknownObject {
  readonly kind: 'class' | 'function' | 'lambda';
  /** What it is used as, as far as its path in the config tells. */
  readonly role: UnknownRole;
  /** `package>Name`, or the bare name when it was not registered in Python; of a Lambda layer, the layer's name. */
  readonly registeredName: string;
  /** Its name in Python; `Lambda` for a Lambda layer. */
  readonly className: string;
  /** Python's module, when the config has it. */
  readonly module: string | null;
  /** The first path in the config, such as `config.layers[3]`. */
  readonly path: string;
  /** All paths. */
  readonly paths: readonly string[];
  /** The number of paths. */
  readonly count: number;
  /** The config at the first path; of a function, its name. */
  readonly config: Config | string;
  /** JavaScript code to start from; its constructor takes the keys of the config. */
  readonly stub: string;
}

export type UnknownRole =
  'object' | 'layer' | 'cell' | 'activation' | 'initializer' | 'regularizer' | 'constraint';

/** One occurrence, as the core reports it (src/models/unknown_objects.h). */
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
