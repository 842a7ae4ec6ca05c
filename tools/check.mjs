// npm run check: format, types, lint, the packed package and generated files. `-- --tidy [files]` adds clang-tidy, which
// takes long, on some or all C++ sources.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { format } from './format.mjs';
import { generate, staleFiles } from './generate/generate.mjs';
import { readArguments } from './lib/arguments.mjs';
import { cmakeBuild } from './lib/cmake.mjs';
import { filesBelow } from './lib/files.mjs';
import { checkout } from './lib/paths.mjs';
import { announce, main, StepError } from './lib/process.mjs';
import { lint } from './lint.mjs';
import { lintPackage } from './lint_package.mjs';

await main(async () => {
  const usage = 'Usage: npm run check [-- --tidy [files...]]';
  const options = { tidy: { type: 'boolean' } };
  const { values, positionals } = readArguments(usage, options, { allowPositionals: true });
  if (positionals.length && !values.tidy) throw new StepError(usage);
  await format({ check: true });
  const toolchain = await build();
  await lint();
  announce('Checking the package');
  await lintPackage();
  const stale = staleFiles(await generate());
  if (stale.length) throw new StepError(`Run \`npm run generate\`: ${stale.join(', ')}.`);
  if (!values.tidy) return;
  await cmakeBuild(toolchain, 'native', {
    folder: 'test-native',
    targets: ['keras_core'],
    variables: toolchain.nativeVariables,
  });
  announce('clang-tidy');
  const sources = positionals.length
    ? positionals
    : filesBelow(join(checkout, 'src'), '.cpp').filter((path) => !path.includes('/bindings/'));
  const database = ['-p', 'build/test-native', '--extra-arg=-Wno-unknown-warning-option'];
  const waiting = [...sources];
  const worker = async () => {
    for (let path = waiting.shift(); path; path = waiting.shift())
      await toolchain.run(['clang-tidy', '--quiet', ...database, path]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
});
