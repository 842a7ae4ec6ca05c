// Keras's snake_case argument names and their camelCase forms. Only names are converted, never data.

/** `kernelInitializer` -> `kernel_initializer`. A name in snake_case stays as it is. */
export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `kernel_initializer` -> `kernelInitializer`, when `toSnakeCase` finds the way back; else the name itself. */
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
