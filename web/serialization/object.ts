// Anything that a config can describe: layers, operations, initializers, policies, models.

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
import { ownName } from './registered_names.js';
import type { Config } from './config.js';
import { listingUnknown } from './unknown_objects.js';

/** How `fromConfig` sees the class it is called on. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type KerasClass<T> = abstract new (options: any) => T;

/** A class as its objects see it: `layer.constructor`. */
export interface ClassOf<T> {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  new (options: any): T;
  readonly name: string;
  readonly className: string;
  fromConfig(
    config: Config,
    customObjects?: CustomObjects | null,
    options?: Pick<RevivalNames, 'lambdas'>,
  ): T;
}

/** The base of everything that a config can describe. */
export abstract class KerasObject extends CoreObject {
  /** Keras's name of the class, in configs and messages; the JavaScript name when a class does not set it. */
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

  /** @internal A number that no other object has. */
  get uid(): number {
    return this.#uid;
  }

  /** @internal What the core takes it for: `layer`, `functional`, `sequential`, `operation`, ... */
  get kind(): string {
    return this.#kind;
  }

  /** Keras's name of the class, such as `Dense`. */
  get className(): string {
    return ownName(this.constructor);
  }

  /**
   * What the constructor takes, as Keras writes it: a dict with snake_case keys. It is a copy; changing it changes
   * nothing. `X.fromConfig(x.getConfig())` makes another object like this one.
   */
  getConfig(): Config {
    return parseJson(core().objectConfig(this.raw)) as Config;
  }

  /** As Keras prints it: `<Dense name=dense, built=true>`; objects without a name with their config. */
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
   * An object of this class from what `getConfig()` returned. A class defined in JavaScript gets the config as its
   * constructor options, unless it has a `fromConfig` of its own.
   *
   * @param customObjects classes and functions that the config names.
   * @param options `lambdas`: bodies of Lambda layers by the names of the layers.
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
   * Gives up this share. What others still hold lives on. An object of a class defined in JavaScript stays usable as
   * long as a model holds it. May be called twice.
   */
  override dispose(): void {
    if (this.disposed || !disposeLater(this.#uid)) super.dispose();
  }

  protected override describeKind(): string {
    return this.className;
  }
}

/** Runs `body`, which revives the config, with these names; errors list everything unknown. @internal */
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
    return []; // the class of a user may not have one
  }
}

// The configs from which objects of classes of JavaScript were made.
const origins = new WeakMap<object, Config>();

/** Notes from which config an object of a class of JavaScript was made. @internal */
export function setOrigin(object: unknown, config: Config): void {
  if (object instanceof CoreObject && typeof config === 'object') origins.set(object, config);
}

/**
 * The text of the config that a class of JavaScript made of its object. Objects may stand in it: they are written as
 * their records. Floats of the config from which the object was made stay floats: JavaScript's 2.0 is 2. @internal
 */
export function writeConfig(object: object, config: Config): string {
  const origin = origins.get(object);
  if (origin && typeof config === 'object' && config !== null) addFloats(origin, config);
  return writeConfigText(config, (value) =>
    parseJson(core().serializeValue(pack(value, 'The value'))),
  );
}

function makeFromConfig<T extends CoreObject>(Class: KerasClass<T>, config: Config): T {
  const name = builtinName(Class);
  if (!name) {
    const made = new (Class as new (options: Config) => T)({ ...config });
    setOrigin(made, config);
    return made;
  }
  if (typeof config !== 'object' || config === null)
    throw new KerasTypeError(
      `${name.className}.fromConfig() takes a config. Received: ${String(config)}`,
    );
  return wrapObject(
    core().objectFromConfig(name.module, name.className, packConfig(config)),
  ) as CoreObject as T;
}

/** A new object of the core of the built-in class. @internal */
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
