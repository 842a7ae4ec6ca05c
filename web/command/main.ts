#!/usr/bin/env node
// The command `keras-wasm`. Exit codes: 0, 1 for failures, 2 for wrong arguments.
import { helpOf, parse, table, type Subcommand } from './command.js';
import { clone } from './commands/clone.js';
import { config } from './commands/config.js';
import { convert } from './commands/convert.js';
import { diff } from './commands/diff.js';
import { doctor } from './commands/doctor.js';
import { plot } from './commands/plot.js';
import { predict } from './commands/predict.js';
import { score } from './commands/score.js';
import { summary } from './commands/summary.js';
import { messageOf, UsageError } from './failure.js';
import { versionOfPackage } from './package_version.js';
import { endWithReader, note, print } from './output.js';

const subcommands: readonly Subcommand[] = [
  summary,
  config,
  clone,
  diff,
  predict,
  convert,
  plot,
  score,
  doctor,
];

const help = (): string => `Usage: keras-wasm COMMAND [arguments] [options]

Keras 3 models on the command line.

Commands:
${table(subcommands.map((each) => [each.name, each.summary]))}

\`keras-wasm COMMAND --help\` prints the arguments and options of a command, and
\`keras-wasm --version\` the version of the package.`;

async function run([name, ...args]: readonly string[]): Promise<void> {
  if (name === undefined) throw new UsageError('A command is missing.');
  if (name === '--version' || name === '-v') return await print(versionOfPackage() ?? 'unknown');
  if (name === '--help' || name === '-h' || name === 'help') return await print(help());
  const command = subcommands.find((each) => each.name === name);
  if (!command) throw new UsageError(`There is no command ${name}.`);
  try {
    const { positionals, options } = parse(command, args);
    if (options['help'] === true) return await print(helpOf(command));
    await command.run(positionals, options);
  } catch (error) {
    if (error instanceof UsageError)
      throw new UsageError(`${error.message}\nSee \`keras-wasm ${name} --help\`.`);
    throw error;
  }
}

endWithReader();
try {
  await run(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  note(messageOf(error));
  if (isUsage && process.argv.length === 2) process.stderr.write(`\n${help()}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
