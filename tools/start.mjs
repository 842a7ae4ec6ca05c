// npm start: builds the variant that runs everywhere, does the main job on a real model, then serves the demo page.
// `-- --no-serve` stops before serving.
import { join } from 'node:path';
import { build } from './build.mjs';
import { buildSite, serveSite } from './demo.mjs';
import { readArguments } from './lib/arguments.mjs';
import { checkout } from './lib/paths.mjs';
import { announce, main, run } from './lib/process.mjs';

await main(async () => {
  const options = { 'no-serve': { type: 'boolean' } };
  const { values } = readArguments('Usage: npm start [-- --no-serve]', options);
  const variant = 'simd';
  await build({ only: variant });
  announce('The main job: a trained Keras model, cloned, run and saved');
  await run(process.execPath, [join(checkout, 'demo/digits.mjs'), variant], {
    label: 'demo/digits.mjs',
  });
  await buildSite({ variant });
  if (!values['no-serve']) await serveSite();
});
