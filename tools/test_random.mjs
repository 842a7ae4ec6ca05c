// npm run test:random [-- first-last]: random models through configs, clones and files, more than `npm test` makes.
import { join } from 'node:path';
import { readArguments } from './lib/arguments.mjs';
import { checkout } from './lib/paths.mjs';
import { main, run } from './lib/process.mjs';

await main(async () => {
  const usage = 'Usage: npm run test:random [-- first-last], by default 2000-9999';
  const { positionals } = readArguments(usage, {}, { allowPositionals: true });
  const env = { ...process.env, KERAS_RANDOM_SEEDS: positionals[0] ?? '2000-9999' };
  await run(
    process.execPath,
    ['--test', join(checkout, 'js-tests/random/random_models.test.mjs')],
    {
      env,
    },
  );
});
