// Members of plain objects by names that files and users choose: `__proto__` and `constructor` are names like any other.

/** Sets an own member, whatever its name. */
export function put<T>(target: { [key: string]: T }, key: string | number, value: T): void {
  if (key !== '__proto__') target[key] = value;
  else
    Object.defineProperty(target, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
}

/** The own member of that name; undefined when there is none. */
export function own<T>(target: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(target, key) ? target[key] : undefined;
}
