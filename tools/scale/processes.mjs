// Processes beside the test: waiting for what they print, and ending them with their children.
import { spawn } from 'node:child_process';
import { StepError } from '../lib/process.mjs';

const patience = 300_000; // milliseconds

// Groups of their own survive this process: an interrupted test ends them, too.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/**
 * Starts a program in a process group of its own, and waits for output that matches. Returns `{ child, match, kill }`;
 * `kill` ends the whole group at once, as the loss of a machine does.
 */
export async function startUntil(pattern, [program, ...args], options = {}) {
  const stdio = ['ignore', 'pipe', 'pipe'];
  const child = spawn(program, args, { ...options, detached: true, stdio });
  const kill = () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', kill);
  let output = '';
  try {
    const match = await within(patience, `${program} ${args.join(' ')}`, (resolve, reject) => {
      child.on('error', reject);
      child.on('exit', () => reject(new StepError(`It ended early:\n${output}`)));
      const hear = (chunk) => {
        output += chunk;
        const found = pattern.exec(output);
        if (found) resolve(found);
      };
      child.stdout.setEncoding('utf8').on('data', hear);
      child.stderr.setEncoding('utf8').on('data', hear);
    });
    return { child, match, kill };
  } catch (error) {
    kill();
    throw error;
  }
}

/** Waits until a condition holds. */
export async function until(condition, what) {
  const end = Date.now() + patience;
  while (!(await condition())) {
    if (Date.now() > end) throw new StepError(`It took too long: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function within(milliseconds, what, start) {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new StepError(`It took too long: ${what}`));
    const timer = setTimeout(fail, milliseconds);
    const ended = (end) => (value) => {
      clearTimeout(timer);
      end(value);
    };
    start(ended(resolve), ended(reject));
  });
}
