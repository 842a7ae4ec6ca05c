// Functions that stand in an engine's first module for functions of the secondary module until it is loaded.
import { readModule } from './module_reader.mjs';

/** The names under which wasm-merge knows the first module and the one of the stubs. */
export const firstName = 'first';
export const stubsName = 'placeholder.deferred';

/**
 * A module (WebAssembly text) with a stub for each function that the first module imports as a placeholder. A stub loads
 * the secondary module, which puts its functions into the table, then calls the function there. JavaScript functions could
 * do that, too, but thousands of imports slow down the start, and JavaScript cannot pass vectors.
 *
 * @param first the first module: its bytes.
 * @param importName module name of the import `load`, which loads the secondary module.
 * @throws Error when the module has no placeholders, or several tables.
 */
export function stubsModule(first, importName) {
  const { functions, tables } = readModule(first);
  const placeholders = functions.filter(({ module }) => module === stubsName);
  if (placeholders.length === 0) throw new Error('The first module has no placeholders.');
  if (tables.length !== 1) throw new Error(`The first module exports ${tables.length} tables.`);
  const stubs = placeholders.map(({ name, params, results }) => {
    const signature = `${types('param', params)}${types('result', results)}`;
    const values = params.map((_, i) => ` (local.get ${i})`).join('');
    return (
      ` (func (export "${name}")${signature} (call $load)` +
      ` (call_indirect $table${signature}${values} (i32.const ${name})))`
    );
  });
  return [
    '(module',
    ` (import "${importName}" "load" (func $load))`,
    ` (import "${firstName}" "${tables[0]}" (table $table 0 funcref))`,
    ...stubs,
    ')\n',
  ].join('\n');
}

const types = (word, list) => (list.length ? ` (${word} ${list.join(' ')})` : '');
