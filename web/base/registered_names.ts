// Names under which user-defined classes and functions are registered.

/** A class or function. */
interface Named {
  readonly name: string;
}

const keys = new WeakMap<object, string>();
const registered = new Map<string, object>();

/** Registers `target` under a key such as `package>name`, replacing an earlier one. */
export function setRegistered(key: string, target: object): void {
  keys.set(target, key);
  registered.set(key, target);
}

/** The key of a class or function: `package>name` when it is registered, else its own name. */
export function registeredName(target: Named): string {
  return keys.get(target) ?? ownName(target);
}

/**
 * The name that records use for a class or function passed as a custom object. A key `package>name` says that it is
 * registered in Python; records keep that name although it is not registered here.
 */
export function recordedName(target: Named, key: string): string {
  return keys.get(target) ?? (key.includes('>') ? key : ownName(target));
}

/** The class or function registered under a key. */
export function registeredObject(key: string): object | undefined {
  return registered.get(key);
}

/** All registered classes and functions by their keys. */
export function registeredObjects(): ReadonlyMap<string, object> {
  return registered;
}

/** The name of a class in Keras: its `static className`, which minifiers keep, or else its JavaScript name. */
export function ownName(target: Named): string {
  if ('className' in target && Object.hasOwn(target, 'className')) return String(target.className);
  return target.name;
}
