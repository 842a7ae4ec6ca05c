// The functions of an engine's first part that stand for those of the rest until it is there.

const placeholder =
  /^ \(import "placeholder\.deferred" "(\d+)" \(func (\S+)((?: \((?:param|result)[^)]*\))*)\)\)\n/gm;

/**
 * Turns each import that wasm-split made for a function of the rest into a function that has the rest loaded and goes
 * on in it. JavaScript could stand there as well, but thousands of imports would take long at the start, and it cannot
 * pass vectors on.
 *
 * @param text of the first part, as wasm-dis writes it.
 * @param importName module name of the import `load`, which is to load the rest.
 * @throws Error when the text has not the form that is known.
 */
export function withStubs(text, importName) {
  const [, table] = /\(table (\S+) \d/.exec(text) ?? [];
  if (text.match(/^ \(table /gm)?.length !== 1) throw new Error('There is not one table.');
  const stubs = [];
  const rest = text.replace(placeholder, (_, index, name, signature) => {
    const parameters = /\(param ([^)]*)\)/.exec(signature)?.[1].split(' ') ?? [];
    const values = parameters.map((_, i) => ` (local.get ${i})`).join('');
    stubs.push(
      ` (func ${name}${signature} (call $load_rest)` +
        ` (call_indirect ${table}${signature}${values} (i32.const ${index})))\n`,
    );
    return '';
  });
  if (stubs.length === 0 || rest.includes('"placeholder')) throw new Error('No known imports.');
  const first = rest.indexOf(' (import ');
  const end = rest.lastIndexOf(')');
  return [
    rest.slice(0, first),
    ` (import "${importName}" "load" (func $load_rest))\n`,
    rest.slice(first, end),
    ...stubs,
    rest.slice(end),
  ].join('');
}
