// Names under which classes and functions of users were registered.

const keys = new WeakMap<object, string>();
const registered = new Map<string, object>();

/** Notes that `target` is registered as `package>name`. A later one under the same key replaces it. */
export function setRegistered(key: string, target: object): void {
  keys.set(target, key);
  registered.set(key, target);
}

/** The key of a class or function: `package>name` when it was registered, else its own name. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
export function registeredName(target: Function): string {
  return keys.get(target) ?? ownName(target);
}

/**
 * The name that records have for a function that was given for the key of a config: under `package>name` it was
 * registered in Python, which goes on although nobody registered it here.
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
export function recordedName(target: Function, key: string): string {
  return keys.get(target) ?? (key.includes('>') ? key : ownName(target));
}

/** The class or function of that key. */
export function registeredObject(key: string): object | undefined {
  return registered.get(key);
}

/** All of them, by their keys. */
export function registeredObjects(): ReadonlyMap<string, object> {
  return registered;
}

/** Keras's name of a class: its `static className`, which minifiers leave alone; else its JavaScript name. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
export function ownName(target: Function): string {
  if (Object.hasOwn(target, 'className'))
    return String((target as unknown as { className: unknown }).className);
  return target.name;
}
