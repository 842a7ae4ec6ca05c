// Members of plain objects under names from files and users, of which `__proto__` and `constructor` are not special.

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
