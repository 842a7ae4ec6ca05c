// The command line of a script. An unknown option ends the script before it does anything.
import { parseArgs } from 'node:util';
import { StepError } from './process.mjs';

/** Options as node:util's parseArgs takes them; `usage` is shown for --help and after a mistake. */
export function readArguments(usage, options = {}, { allowPositionals = false } = {}) {
  try {
    const all = { ...options, help: { type: 'boolean' } };
    const result = parseArgs({ options: all, allowPositionals });
    if (!result.values.help) return result;
  } catch (error) {
    throw new StepError(`${error.message}\n${usage}`);
  }
  console.log(usage);
  process.exit(0);
}
