// Node processes of their own.
import { spawn } from 'node:child_process';

/** Runs a text as a module beside other work: its exit code, and what it printed. */
export async function runModule(text) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', text]);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  const status = await new Promise((resolve) => child.on('close', resolve));
  return { status, output: output.trim() };
}
