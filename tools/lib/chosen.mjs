// Builds with chosen layers and operations use copies of the registries' lists with only the chosen lines. The copies come
// first on the include path; the linker drops what no table names.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkout } from './paths.mjs';
import { StepError } from './process.mjs';

const layersTable = 'src/layers/layers.inc';
const opsTable = 'src/ops/table/operations.inc';

/** Layers of every model. */
const alwaysLayers = ['InputLayer'];

/**
 * The lines of a table that have a listed name.
 *
 * @param names returns the names of a line.
 * @throws StepError for a listed name that no line has.
 */
export function chooseLines(text, names, listed, table) {
  const lines = linesOf(text);
  const known = new Set(lines.flatMap(names));
  const unknown = listed.filter((name) => !known.has(name));
  if (unknown.length) throw new StepError(`${table} has no ${unknown.join(', ')}.`);
  return lines.filter((line) => names(line).some((name) => listed.includes(name)));
}

const linesOf = (text) => text.match(/^[A-Z_]+\([^)]*\)/gm);

/** The class of `LAYER(folder, file, Class)`. */
export const layerNames = (line) => [/(\w+)\)$/.exec(line)[1]];

/** The functions of `KERAS_OPERATION(Row, "names")`. */
export const opNames = (line) => /"([^"]*)"/.exec(line)[1].split(' ');

/**
 * Writes the tables of a build into a folder, and returns the path for the compiler.
 *
 * @param layers names of classes; the operations of operations.inc that `ops` lists. Functions of one or two
 *   elements, reductions, and activations are in every build.
 */
export function writeChosen(folder, { layers, ops }) {
  const read = (table) => readFileSync(join(checkout, table), 'utf8');
  const chosenLayers = chooseLines(
    read(layersTable),
    layerNames,
    [...alwaysLayers, ...layers],
    layersTable,
  );
  const all = read(opsTable);
  const activations = linesOf(all)
    .flatMap(opNames)
    .filter((name) => name.startsWith('activations.'));
  const chosenOps = chooseLines(all, opNames, [...activations, ...ops], opsTable);
  update(join(folder, 'layers/layers.inc'), chosenLayers);
  update(join(folder, 'ops/table/operations.inc'), [
    '#include "ops/table/families.inc"',
    ...chosenOps,
  ]);
  return folder;
}

// An unchanged file keeps its time, so that nothing is compiled again.
function update(path, lines) {
  const text = `${lines.join('\n')}\n`;
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
