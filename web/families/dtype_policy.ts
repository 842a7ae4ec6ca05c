// The base of dtype policies, which say in which dtypes layers compute and store their weights.

import { core } from '../boundary/core.js';
import { parseJson } from '../boundary/json.js';
import { packClassOptions } from '../boundary/fields.js';
import { named } from '../boundary/positional.js';
import { createBuiltin, KerasObject, type ClassOf } from '../serialization/object.js';
import { Adopted } from '../boundary/registry.js';
import type { DType } from '../base/config.js';

interface PolicyInfo {
  name: string;
  computeDtype: DType;
  variableDtype: DType;
  quantizationMode: string | null;
}

/** A dtype policy: `new dtypePolicies.DTypePolicy({ name: 'mixed_float16' })`. */
export class DTypePolicy extends KerasObject {
  static override readonly className: string = 'DTypePolicy';

  /** The class, as in `x.constructor.fromConfig(x.getConfig())`. */
  declare ['constructor']: ClassOf<DTypePolicy>;

  constructor(options?: object);
  constructor(name: string);
  constructor(...args: unknown[]) {
    const options = named(new.target, args, 'name');
    super(
      options instanceof Adopted
        ? options
        : createBuiltin(new.target, () => packClassOptions(new.target, options)),
    );
  }

  get #info(): PolicyInfo {
    return parseJson<PolicyInfo>(core().policyInfo(this.raw));
  }

  /** Name of the policy, such as `mixed_float16`. */
  get name(): string {
    return this.#info.name;
  }

  /** Dtype of the computation. */
  get computeDtype(): DType {
    return this.#info.computeDtype;
  }

  /** Dtype of the weights. */
  get variableDtype(): DType {
    return this.#info.variableDtype;
  }

  /** How weights are quantized, such as `int8`; null when they are not. */
  get quantizationMode(): string | null {
    return this.#info.quantizationMode;
  }
}
