// keras.random.SeedGenerator: the seed and the state of random draws.

import { packClassOptions } from '../boundary/fields.js';
import { named } from '../boundary/positional.js';
import { createBuiltin, KerasObject, type ClassOf } from '../serialization/object.js';
import { Adopted } from '../boundary/registry.js';

/** The state of random draws, as `keras.random.SeedGenerator`. Equal seeds produce equal sequences of draws. */
export class SeedGenerator extends KerasObject {
  static override readonly className: string = 'SeedGenerator';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<SeedGenerator>;

  constructor(options?: { seed?: number | null; name?: string | null });
  constructor(seed: number | null, options?: { name?: string | null });
  constructor(...args: unknown[]) {
    const options = named(new.target, args, 'seed');
    super(
      options instanceof Adopted
        ? options
        : createBuiltin(new.target, () => packClassOptions(new.target, options)),
    );
  }
}
