// The base of everything that has a config: layers, operations, initializers, policies, models.

import { originOf, setOrigin } from '../base/origins.js';
import { core } from '../boundary/core.js';
import {
  revivalNames,
  withRevivalNames,
  type CustomObjects,
  type RevivalNames,
} from './custom_objects.js';
import { KerasTypeError } from '../errors/errors.js';
import { defineFields } from '../boundary/fields.js';
import { addFloats, parseJson } from '../boundary/json.js';
import { pack, packConfig, writeConfigText } from '../boundary/codec.js';
import { readOptions } from '../boundary/option_reader.js';
import type { RawObject } from '../boundary/raw.js';
import {
  Adopted,
  builtinBase,
  builtinName,
  CoreObject,
  disposeLater,
  infoOf,
  remember,
  wrapObject,
} from '../boundary/registry.js';
import { ownName } from '../base/registered_names.js';
import type { Config } from '../base/config.js';
import { listingUnknown } from './unknown_objects.js';

/** The class that `fromConfig` is called on. */
export type KerasClass<T> = abstract new (options: never) => T;

/** The class of an object: `layer.constructor`. */
export interface ClassOf<T> {
  new (options: object): T;
  readonly name: string;
  readonly className: string;
  fromConfig(
    config: Config,
    customObjects?: CustomObjects | null,
    options?: Pick<RevivalNames, 'lambdas'>,
  ): T;
}

/** The base of everything that has a config. */
export abstract class KerasObject extends CoreObject {
  /** Name of the class in configs and messages; the JavaScript name of the class when it is not set. */
  static readonly className: string = 'KerasObject';

  readonly #uid: number;
  readonly #kind: string;

  /** @internal */
  constructor(init: Adopted | RawObject) {
    super(init instanceof Adopted ? init.raw : init);
    const info = init instanceof Adopted ? init.info : infoOf(init);
    this.#uid = info.uid;
    this.#kind = info.kind;
    remember(this.#uid, this);
    defineFields(this);
  }

  /** @internal Unique id of the core's object. */
  get uid(): number {
    return this.#uid;
  }

  /** @internal Kind of the core's object: `layer`, `functional`, `sequential`, `operation`, ... */
  get kind(): string {
    return this.#kind;
  }

  /** Name of the class in Keras, such as `Dense`. */
  get className(): string {
    return ownName(this.constructor);
  }

  /**
   * A copy of the constructor's options as Keras writes them: a dict with snake_case keys.
   * `X.fromConfig(x.getConfig())` creates an equal object.
   */
  getConfig(): Config {
    return parseJson<Config>(core().objectConfig(this.raw));
  }

  /** `<Dense name=dense, built=true>`, as Keras prints it. Objects without a name show their config. */
  override toString(): string {
    const { name, built } = this as { name?: unknown; built?: unknown };
    const parts = name === undefined ? configParts(this) : [`name=${String(name)}`];
    if (built !== undefined) parts.push(`built=${String(built)}`);
    return `<${[this.className, parts.join(', ')].join(' ').trim()}>`;
  }

  /** The record of `serializeKerasObject`. */
  override toJSON(): unknown {
    return parseJson(core().objectRecord(this.raw));
  }

  /**
   * Creates an object of this class from the config that `getConfig()` returned. A user-defined class is constructed
   * with the config as its options, unless it has a `fromConfig` of its own.
   *
   * @param customObjects classes and functions that the config names.
   * @param options `lambdas`: functions of Lambda layers by the names of the layers.
   * @throws ValueError or KerasTypeError, as Keras does, for a config that does not fit the class.
   */
  static fromConfig<T extends CoreObject>(
    this: KerasClass<T>,
    config: Config,
    customObjects?: CustomObjects | null,
    options: Pick<RevivalNames, 'lambdas'> = {},
  ): T {
    return reviveNaming({ customObjects, ...options }, config, () => makeFromConfig(this, config));
  }

  /**
   * Releases this reference; models that use the object keep it alive. An object of a user-defined class stays usable
   * while a model holds it. A second call has no effect.
   */
  override dispose(): void {
    if (this.disposed || !disposeLater(this.#uid)) super.dispose();
  }

  protected override describeKind(): string {
    return this.className;
  }
}

/** Runs `body`, which creates objects from the config; errors list every unknown class and function. @internal */
export function reviveNaming<T>(names: RevivalNames, config: Config, body: () => T): T {
  const read = readOptions('fromConfig()', names, revivalNames);
  return withRevivalNames(read, () =>
    listingUnknown(() => core().findUnknown(packConfig(config), true), body),
  );
}

function configParts(object: KerasObject): string[] {
  try {
    const entries = Object.entries(object.getConfig());
    return entries.map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  } catch {
    return []; // the getConfig() of a user-defined class may throw
  }
}

/**
 * The JSON of the config that a user-defined class returned. Objects in it are written as their records. Numbers that
 * were floats in the config the object was created from stay floats, because 2.0 is 2 in JavaScript. @internal
 */
export function writeConfig(object: object, config: Config): string {
  const origin = originOf(object);
  if (origin && typeof config === 'object' && config !== null) addFloats(origin, config);
  return writeConfigText(config, (value) =>
    parseJson(core().serializeValue(pack(value, 'The value'))),
  );
}

function makeFromConfig<T extends CoreObject>(Class: KerasClass<T>, config: Config): T {
  const name = builtinName(Class);
  if (!name) {
    const made = new (Class as new (options: object) => T)({ ...config });
    setOrigin(made, config);
    return made;
  }
  if (typeof config !== 'object' || config === null)
    throw new KerasTypeError(
      `${name.className}.fromConfig() takes a config. Received: ${String(config)}`,
    );
  return wrapObject(core().objectFromConfig(name.module, name.className, packConfig(config))) as T;
}

/** Creates the core's object of a built-in class. @internal */
export function createBuiltin(
  Class: unknown,
  pack: () => ReturnType<typeof packConfig>,
): RawObject {
  const name = builtinName(Class);
  if (!name) {
    const base = builtinBase(Class);
    throw new KerasTypeError(
      `A class that extends ${base ? ownName(base) : 'this'} cannot be defined in JavaScript.`,
    );
  }
  return core().objectCreate(name.module, name.className, pack());
}
