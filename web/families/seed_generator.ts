// Where random layers get their numbers from.

import { createBuiltin, KerasObject, type ClassOf } from '../object.js';
import { packOptions } from '../options.js';
import { ownName } from '../registered_names.js';
import { Adopted } from '../registry.js';

/** As `keras.random.SeedGenerator`: each draw gives another number, the same ones for the same seed. */
export class SeedGenerator extends KerasObject {
  static override readonly className: string = 'SeedGenerator';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<SeedGenerator>;

  constructor(options: { seed?: number | null; name?: string | null } = {}) {
    super(
      (options instanceof Adopted
        ? options
        : createBuiltin(new.target, () => packOptions(options, ownName(new.target)))) as Adopted,
    );
  }
}
