// Code to start from, for classes that a file names and nothing defines.
import type { UnknownObject } from 'keras-wasm';
import { keras } from './package.js';

/** A module with a stub for each unknown class or function; null when the error is about something else. */
export function stubsFor(error: unknown): string | null {
  const unknown = (error as { unknown?: readonly UnknownObject[] } | null)?.unknown;
  if (!unknown?.length) return null;
  const code = unknown.map(({ path, stub }) => `// ${path}\n${stub}`).join('\n\n');
  const words = new Set(code.match(/[A-Za-z]\w*/g));
  const names = Object.keys(keras).filter((name) => words.has(name));
  return `import { ${names.join(', ')} } from 'keras-wasm';\n\n${code}\n`;
}
