// Where random layers get their numbers from.

import { packClassOptions } from '../boundary/fields.js';
import { createBuiltin, KerasObject, type ClassOf } from '../serialization/object.js';
import { Adopted } from '../boundary/registry.js';

/** As `keras.random.SeedGenerator`: each draw gives another number, the same ones for the same seed. */
export class SeedGenerator extends KerasObject {
  static override readonly className: string = 'SeedGenerator';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<SeedGenerator>;

  constructor(options: { seed?: number | null; name?: string | null } = {}) {
    super(
      (options instanceof Adopted
        ? options
        : createBuiltin(new.target, () => packClassOptions(new.target, options))) as Adopted,
    );
  }
}
