// Node processes of their own.
import { spawn } from 'node:child_process';

/** Runs a text as a module beside other work: its exit code, and what it printed. */
export const runModule = (text) => run(['--input-type=module', '-e', text]);

/** Runs a file in a folder. */
export const runFile = (file, cwd) => run([file], { cwd });

async function run(args, options = {}) {
  const child = spawn(process.execPath, args, options);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  const status = await new Promise((resolve) => child.on('close', resolve));
  return { status, output: output.trim() };
}
