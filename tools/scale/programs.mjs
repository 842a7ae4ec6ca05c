// The programs of docs/scale.md, and the folder in which they run.
import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { checkout } from '../lib/paths.mjs';

const page = join(checkout, 'docs/scale.md');

/** Text of each program of docs/scale.md by its file name. A block that begins with a comment naming a file is that file. */
export function scalePrograms() {
  const text = readFileSync(page, 'utf8');
  const blocks = [...text.matchAll(/^```\w+\n(.*?)^```/gms)].map(([, code]) => code);
  const named = blocks.map((code) => [/^(?:#|\/\/) ([\w-]+\.\w+)\b/.exec(code)?.[1], code]);
  return new Map(named.filter(([name]) => name !== undefined));
}

/** The lines of the page that begin with a command. */
export function commandsOf(command) {
  const lines = readFileSync(page, 'utf8').split('\n');
  return lines.filter((line) => line.startsWith(`${command} `));
}

const random = (seed) => () => (seed = (seed * 16807) % 2147483647) / 2147483647;

/**
 * Puts the programs, a model and `count` samples into a folder, and the command `keras-wasm` into its subfolder `bin`.
 * Returns the samples.
 */
export function fillFolder(folder, count) {
  for (const [name, code] of scalePrograms()) writeFileSync(join(folder, name), code);
  const model = join(checkout, 'js-tests/fixtures/files/functional.keras');
  copyFileSync(model, join(folder, 'model.keras'));
  const next = random(7);
  const sample = () => Array.from({ length: 3 }, () => Math.round(next() * 2000) / 1000 - 1);
  const samples = Array.from({ length: count }, sample);
  writeFileSync(join(folder, 'samples.ndjson'), linesOf(samples));
  mkdirSync(join(folder, 'bin'));
  writeCommand(join(folder, 'bin'));
  return samples;
}

export const linesOf = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const command = [process.execPath, join(checkout, 'dist/command.mjs')].map(quoted).join(' ');

/** Writes the command `keras-wasm` into a folder; `before` is a part of the script that may end it. */
export function writeCommand(folder, before = () => '') {
  const path = join(folder, 'keras-wasm');
  writeFileSync(path, `#!/bin/sh\n${before(command)}\nexec ${command} "$@"\n`);
  chmodSync(path, 0o755);
}

/** The environment of the programs in a folder. */
export const environmentOf = (folder) => ({
  ...process.env,
  PATH: join(folder, 'bin') + delimiter + process.env.PATH,
});

/**
 * Runs a program in a folder: `{ status, stdout, stderr }`. `onStart` is called with the child process.
 */
export function runIn(folder, [program, ...args], { env = {}, onStart } = {}) {
  const options = { cwd: folder, env: { ...environmentOf(folder), ...env } };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, options);
    const output = { stdout: '', stderr: '' };
    for (const name of Object.keys(output))
      child[name].setEncoding('utf8').on('data', (chunk) => (output[name] += chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ status: code ?? signal, ...output }));
    onStart?.(child);
  });
}
