// The programs of docs/from-tensorflow-js.md: pairs that print the same.
//
// node tools/interop/tfjs/document.mjs FOLDER [--write]: runs both sides and compares what they print; FOLDER/node_modules
// has TensorFlow.js. --write keeps what its side prints for the tests of the other one.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesOf, serveFiles } from '../../lib/file_server.mjs';
import { checkout } from '../../lib/paths.mjs';

const sides = ['TensorFlow.js', 'keras-wasm'];

/** What the programs for TensorFlow.js print. */
export const printed = join(checkout, 'js-tests/fixtures/documents/from-tensorflow-js.txt');

/** The blocks of one side, as one program. */
function programOf(side) {
  const text = readFileSync(join(checkout, 'docs/from-tensorflow-js.md'), 'utf8');
  const blocks = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
  const stray = blocks.filter((code) => !sides.some((each) => code.startsWith(`// ${each}\n`)));
  if (stray.length > 0) throw new Error(`A program of neither side:\n${stray[0]}`);
  const own = blocks.filter((code) => code.startsWith(`// ${side}\n`));
  if (2 * own.length !== blocks.length) throw new Error('A program without its counterpart');
  return own.join('\n');
}

/** Runs the program of a side: `{ status, output }`. `packages` are folders of packages by their names. */
export async function runSide(side, packages) {
  const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-tfjs-'));
  const { address, close } = await serveFiles(
    filesOf(join(checkout, 'js-tests/fixtures/tfjs/tfjs_dense')),
  );
  try {
    mkdirSync(join(folder, 'trained'));
    for (const [name, path] of Object.entries(packages)) {
      mkdirSync(join(folder, 'node_modules', name, '..'), { recursive: true });
      symlinkSync(path, join(folder, 'node_modules', name));
    }
    const program = programOf(side).replaceAll('http://localhost:8080', address);
    writeFileSync(join(folder, 'program.mjs'), program);
    return await run('program.mjs', folder);
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(file, cwd) {
  const child = spawn(process.execPath, [file], { cwd });
  const output = { stdout: '', stderr: '' };
  for (const name of Object.keys(output))
    child[name].setEncoding('utf8').on('data', (chunk) => (output[name] += chunk));
  const status = await new Promise((done) => child.on('close', done));
  return { status, ...output };
}

const number = /-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;

/** Where two texts differ by more than the rounding of their numbers; undefined where they do not. */
export function differenceOf(left, right) {
  const words = (text) => text.replaceAll(number, '#').replaceAll(/\s+/g, ' ').trim();
  if (words(left) !== words(right)) return `${left}\n---\n${right}`;
  const numbers = (text) => [...text.matchAll(number)].map(Number);
  const others = numbers(right);
  const wrong = numbers(left).findIndex((each, i) => !(Math.abs(each - others[i]) < 1e-5));
  return wrong < 0 ? undefined : `number ${wrong + 1} of\n${left}\n---\n${right}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder, write] = process.argv.slice(2);
  if (folder === undefined || ![undefined, '--write'].includes(write))
    throw new Error('Usage: node tools/interop/tfjs/document.mjs FOLDER [--write]');
  const tfjs = resolve(folder, 'node_modules/@tensorflow/tfjs');
  const packages = [{ '@tensorflow/tfjs': tfjs }, { 'keras-wasm': checkout }];
  const outputs = [];
  for (const [i, side] of sides.entries()) {
    const { status, stdout, stderr } = await runSide(side, packages[i]);
    if (status !== 0) throw new Error(`${side}: ${stderr}`);
    outputs.push(stdout);
  }
  if (write) writeFileSync(printed, outputs[0]);
  const difference = differenceOf(...outputs);
  if (difference !== undefined) throw new Error(`The two sides print different things: ${difference}`); // prettier-ignore
  console.log('The programs of docs/from-tensorflow-js.md print the same on both sides');
}
