// Keras's snake_case argument names and their camelCase forms. Only names are converted, never data.

/** `kernelInitializer` -> `kernel_initializer`. A name in snake_case stays as it is. */
export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `kernel_initializer` -> `kernelInitializer`; the name itself where `toSnakeCase` would not restore it. */
export function toCamelCase(name: string): string {
  const camel = name.replace(/(?<=[a-z0-9])_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return toSnakeCase(camel) === name ? camel : name;
}

/** As Keras names objects after their classes: `LSTMCell` -> `lstm_cell`. */
export function classToSnakeCase(className: string): string {
  return className
    .replace(/[^\p{L}\p{N}_]+/gu, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

const maxMatches = 3;

/**
 * The closest matches as ` Did you mean 'conv2' or 'conv3'?`; empty when there are none. At most a third of the letters
 * may differ, ignoring case. The same as src/base/closest_matches.cpp.
 */
export function didYouMean(wanted: string, names: readonly string[]): string {
  const close = names
    .map((name) => ({ name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(
      ({ name, distance }) => distance <= Math.floor(Math.max(name.length, wanted.length) / 3),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, maxMatches)
    .map(({ name }) => `'${name}'`);
  if (close.length === 0) return '';
  const before = close.slice(0, -1).join(', ');
  return ` Did you mean ${before}${before && ' or '}${close.at(-1)}?`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; ++i) {
    const next = [i + 1];
    for (let j = 0; j < b.length; ++j)
      next.push(Math.min(row[j]! + (a[i] === b[j] ? 0 : 1), row[j + 1]! + 1, next[j]! + 1));
    row = next;
  }
  return row[b.length]!;
}
