// The declarations that the package ships: of all that tsc writes, what those of its entries import.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { filesBelow } from './files.mjs';

const entries = [
  'index.d.ts',
  'inline/index.d.ts',
  'inline/workerd.d.ts',
  'worker_engine/index.d.ts',
];

/** Copies the declarations that entries reach from one folder to another, and removes others there. */
export function copyDeclarations(from, to) {
  const reached = reachedIn(from);
  for (const path of filesBelow(to, '.d.ts'))
    if (!reached.has(join(from, relative(to, path)))) rmSync(path);
  for (const path of reached) {
    const target = join(to, relative(from, path));
    mkdirSync(dirname(target), { recursive: true });
    if (!existsSync(target) || !readFileSync(path).equals(readFileSync(target)))
      copyFileSync(path, target);
  }
}

/** Paths of the declarations in a folder that entries import, directly or not. */
function reachedIn(folder) {
  const reached = new Set();
  const visit = (path) => {
    if (reached.has(path) || !existsSync(path)) return;
    reached.add(path);
    const imports = readFileSync(path, 'utf8').matchAll(
      /\b(?:from|import)\s*\(?\s*'(\.[^']+)\.js'/g,
    );
    for (const [, name] of imports) visit(join(dirname(path), `${name}.d.ts`));
  };
  for (const name of entries) visit(join(folder, name));
  return reached;
}
