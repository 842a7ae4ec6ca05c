// Which JavaScript object stands for which object of the core, and of which class it is.

import { core } from './core.js';
import { perEngine } from './engine.js';
import { Handle } from './handle.js';
import type { RawObject } from './raw.js';

/** What the core says of an object. */
export interface ObjectInfo {
  uid: number;
  kind: string;
  module: string;
  className: string;
}

/** Given to a constructor instead of options: stand for this object, which exists already. */
export class Adopted {
  readonly raw: RawObject;
  readonly info: ObjectInfo;

  constructor(raw: RawObject, info = infoOf(raw)) {
    this.raw = raw;
    this.info = info;
  }
}

/** What the core says of the object. */
export function infoOf(raw: RawObject): ObjectInfo {
  return JSON.parse(core().objectInfo(raw)) as ObjectInfo;
}

/** The method by which the core calls what a class defines that a user wrote. */
export const jsCall: unique symbol = Symbol('jsCall');

/** An object of the core, as this file sees it. */
export abstract class CoreObject extends Handle<RawObject> {
  abstract readonly uid: number;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type CoreClass = new (init: any) => CoreObject;

const classes = new Map<string, CoreClass>();
const names = new Map<unknown, { module: string; className: string }>();
const fallbacks = new Map<string, CoreClass>();

/** Names the class of the core that a class here stands for. */
export function defineBuiltin(module: string, className: string, Class: CoreClass): void {
  classes.set(`${module}/${className}`, Class);
  if (!names.has(Class)) names.set(Class, { module, className });
}

/** The class for objects of a kind that have none of their own. */
export function defineFallback(kind: string, Class: CoreClass): void {
  fallbacks.set(kind, Class);
}

/** The module and name of a built-in class; undefined for others. */
export function builtinName(Class: unknown): { module: string; className: string } | undefined {
  return names.get(Class);
}

/** The nearest built-in class that a class extends. */
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

/** From now on `object` stands for the object of the core with that number. */
export function remember(uid: number, object: CoreObject): void {
  objects().set(uid, new WeakRef(object));
  forget.register(object, uid);
}

/** The object that stands for that number, if there is one. */
export function known(uid: number): CoreObject | undefined {
  const object = objects().get(uid)?.deref();
  return object && !object.disposed ? object : undefined;
}

/** The object that stands for an object of the core; it is made when there is none. Takes over the handle. */
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

// The class of an operation of keras.ops, or of anything else without a declared class. Each of the core's classes has
// one of its own here, so that `operation.constructor.fromConfig(config)` makes what it should.
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

/** The object with that number, which lives in the core. */
export function objectOf(uid: number): CoreObject {
  const found = known(uid);
  if (found) return found;
  const raw = core().objectHandle(uid);
  if (!raw) throw new Error(`No object of the core has the number ${uid}`);
  return wrapObject(raw, uid);
}

// Objects of custom classes that the core holds: they must not go.
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

// Those of them that users disposed of: they go when the core lets go of them.
const doomed = perEngine(() => new Set<number>());

/** Whether an object has to stay for the core; then it is disposed of later. */
export function disposeLater(uid: number): boolean {
  if (!held().has(uid)) return false;
  doomed().add(uid);
  return true;
}

export function heldObject(uid: number): CoreObject {
  const object = held().get(uid) ?? objects().get(uid)?.deref();
  if (!object) throw new Error(`No JavaScript object has the number ${uid}`);
  return object;
}

/** Names under which functions of the core are known, for functions here that stand for them. */
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

/** The objects of the uids in a JSON list. */
export function objectsOf(uids: string): CoreObject[] {
  return (JSON.parse(uids) as number[]).map(objectOf);
}

/** Of the objects of the uids in a JSON list, those that JavaScript has already seen. */
export function knownObjectsOf(uids: string): CoreObject[] {
  const objects = (JSON.parse(uids) as number[]).map(known);
  return objects.filter((object) => object !== undefined);
}
