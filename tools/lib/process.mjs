// Runs commands, with the output shown or captured. A failure is a StepError.
import { spawn, spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { accessSync, constants } from 'node:fs';

/** A failure that its message explains; main() prints it without a stack. */
export class StepError extends Error {}

/**
 * Runs a command with the terminal's input and output. Rejects with StepError unless it exits with 0.
 * `label` is what a failure calls the command.
 */
export function run(command, args, { label, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const name = label ?? [command, ...args].join(' ');
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    child.on('error', (error) => reject(new StepError(`Cannot run ${name}: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new StepError(`Failed (${signal ?? `exit code ${code}`}): ${name}`));
    });
    child.stdout?.on('data', (chunk) => process.stdout.write(chunk));
    options.onStart?.(child);
  });
}

/** Like run(); also returns standard output. */
export async function runAndRead(command, args, options = {}) {
  const chunks = [];
  await run(command, args, {
    ...options,
    stdio: ['inherit', 'pipe', 'inherit'],
    onStart: (child) => child.stdout.on('data', (chunk) => chunks.push(chunk)),
  });
  return Buffer.concat(chunks).toString();
}

/** Standard output of a command, or null when it fails or is not found. */
export function read(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', ...options });
  return result.status === 0 ? result.stdout : null;
}

/** Full path of a program on PATH, or null. */
export function which(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return null;
}

/** A headline for a step that may take a while. */
export function announce(text) {
  console.log(`\n\x1b[1m== ${text}\x1b[0m`);
}

/** Runs a script's main function; a StepError ends the process with its message alone. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    console.error(`\n${error instanceof StepError ? error.message : error.stack}`);
    process.exitCode = 1;
  }
}
