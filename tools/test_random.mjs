// npm run test:random [-- first-last]: random models through configs, clones and files, more than `npm test` makes, and files of
// every format with a byte changed in a thousand places.
import { join } from 'node:path';
import { readArguments } from './lib/arguments.mjs';
import { checkout } from './lib/paths.mjs';
import { main, run } from './lib/process.mjs';

await main(async () => {
  const usage = 'Usage: npm run test:random [-- first-last], by default 2000-9999';
  const { positionals } = readArguments(usage, {}, { allowPositionals: true });
  const env = {
    ...process.env,
    KERAS_RANDOM_SEEDS: positionals[0] ?? '2000-9999',
    KERAS_DAMAGED_PLACES: '1000',
  };
  const tests = ['js-tests/random/random_models.test.mjs'];
  if (positionals.length === 0) tests.push('js-tests/saving/damaged_files.test.mjs');
  await run(process.execPath, ['--test', ...tests.map((path) => join(checkout, path))], { env });
});
