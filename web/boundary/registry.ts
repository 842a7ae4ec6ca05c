// Maps objects and classes of the core to their JavaScript wrappers.

import { core } from './core.js';
import { perEngine } from './engine.js';
import { Handle } from './handle.js';
import { parseJson } from './json.js';
import type { RawObject } from './raw.js';

/** What the core tells about an object. */
export interface ObjectInfo {
  uid: number;
  kind: string;
  module: string;
  className: string;
}

/** Passed to a constructor instead of options: wrap this existing object of the core. */
export class Adopted {
  readonly raw: RawObject;
  readonly info: ObjectInfo;

  constructor(raw: RawObject, info = infoOf(raw)) {
    this.raw = raw;
    this.info = info;
  }
}

/** What the core tells about the object. */
export function infoOf(raw: RawObject): ObjectInfo {
  return parseJson<ObjectInfo>(core().objectInfo(raw));
}

/** The method through which the core calls the methods of users' classes. */
export const jsCall: unique symbol = Symbol('jsCall');

/** The base of all wrappers. */
export abstract class CoreObject extends Handle<RawObject> {
  abstract readonly uid: number;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type CoreClass = new (init: any) => CoreObject;

const classes = new Map<string, CoreClass>();
const names = new Map<unknown, { module: string; className: string }>();
const fallbacks = new Map<string, CoreClass>();

/** Registers the wrapper of a class of the core. */
export function defineBuiltin(module: string, className: string, Class: CoreClass): void {
  classes.set(`${module}/${className}`, Class);
  if (!names.has(Class)) names.set(Class, { module, className });
}

/** Registers the base for wrappers of a kind whose class has no wrapper yet. */
export function defineFallback(kind: string, Class: CoreClass): void {
  fallbacks.set(kind, Class);
}

/** The module and name of a built-in class; undefined for others. */
export function builtinName(Class: unknown): { module: string; className: string } | undefined {
  return names.get(Class);
}

/** The nearest built-in class among a class and its bases. */
export function builtinBase(Class: unknown): CoreClass | undefined {
  let base = Class;
  while (typeof base === 'function') {
    if (names.has(base)) return base as CoreClass;
    base = Object.getPrototypeOf(base) as unknown;
  }
  return undefined;
}

const objects = perEngine(() => new Map<number, WeakRef<CoreObject>>());
const forget = new FinalizationRegistry<number>((uid) => {
  if (objects().get(uid)?.deref() === undefined) objects().delete(uid);
});

/** Registers `object` as the wrapper of the object of the core with that uid. */
export function remember(uid: number, object: CoreObject): void {
  objects().set(uid, new WeakRef(object));
  forget.register(object, uid);
}

/** The wrapper of the object with that uid, if there is one. */
export function known(uid: number): CoreObject | undefined {
  const object = objects().get(uid)?.deref();
  return object && !object.disposed ? object : undefined;
}

/** The wrapper of an object of the core, made when there is none. Takes over the handle. */
export function wrapObject(raw: RawObject, uid?: number): CoreObject {
  if (uid !== undefined) {
    const found = known(uid);
    if (found) {
      raw.delete();
      return found;
    }
  }
  const info = infoOf(raw);
  if (uid === undefined) return wrapObject(raw, info.uid);
  const Class = classes.get(`${info.module}/${info.className}`) ?? deriveClass(info);
  return new Class(new Adopted(raw, info));
}

// The wrapper class of an operation of keras.ops, or of another class without a declared wrapper: one for each class of
// the core, so that `operation.constructor.fromConfig(config)` works.
function deriveClass({ module, className, kind }: ObjectInfo): CoreClass {
  const Base = fallbacks.get(kind);
  if (!Base) throw new Error(`No class stands for ${module}.${className}`);
  const Class: CoreClass = class extends (Base as new (init: Adopted) => Handle<RawObject>) {
    static readonly className = className;
  } as unknown as CoreClass;
  Object.defineProperty(Class, 'name', { value: className });
  defineBuiltin(module, className, Class);
  return Class;
}

/** The wrapper of the object with that uid. */
export function objectOf(uid: number): CoreObject {
  const found = known(uid);
  if (found) return found;
  const raw = core().objectHandle(uid);
  if (!raw) throw new Error(`No object of the core has the uid ${uid}`);
  return wrapObject(raw, uid);
}

// Objects of users' classes that the core holds, kept from the garbage collector.
const held = perEngine(() => new Map<number, CoreObject>());

export function retain(uid: number): void {
  const object = objects().get(uid)?.deref();
  if (object) held().set(uid, object);
}

export function release(uid: number): void {
  const object = held().get(uid);
  held().delete(uid);
  if (doomed().delete(uid)) object?.dispose();
}

// Held objects that users disposed of: disposed when the core releases them.
const doomed = perEngine(() => new Set<number>());

/** Whether the core holds the object; then it is disposed when the core releases it. */
export function disposeLater(uid: number): boolean {
  if (!held().has(uid)) return false;
  doomed().add(uid);
  return true;
}

export function heldObject(uid: number): CoreObject {
  const object = held().get(uid) ?? objects().get(uid)?.deref();
  if (!object) throw new Error(`No JavaScript object has the uid ${uid}`);
  return object;
}

/** Names of the core's functions, by their JavaScript wrappers. */
const builtinFunctions = new Map<unknown, string>();

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
export function defineBuiltinFunction(name: string, target: Function): void {
  if (!builtinFunctions.has(target)) builtinFunctions.set(target, name);
  functionsByName.set(name, target);
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
const functionsByName = new Map<string, Function>();

export function builtinFunctionName(target: unknown): string | undefined {
  return builtinFunctions.get(target);
}

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
export function builtinFunction(name: string): Function | undefined {
  return functionsByName.get(name);
}

/** The wrappers of the uids in a JSON list. */
export function objectsOf(uids: string): CoreObject[] {
  return parseJson<number[]>(uids).map(objectOf);
}

/** The wrappers that exist already, of the uids in a JSON list. */
export function knownObjectsOf(uids: string): CoreObject[] {
  const objects = parseJson<number[]>(uids).map(known);
  return objects.filter((object) => object !== undefined);
}
