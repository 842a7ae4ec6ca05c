// npm run test:all: everything that can be tested here, one command after another. `npm test` runs a sample of what is
// wide: 300 broken inputs of each format, 2,000 random models, one bundler, GoogleTests under the sanitizers only.
import { npm } from './lib/packages.mjs';
import { announce, main, StepError } from './lib/process.mjs';

const commands = [
  ['check'],
  ['test'],
  ['test', '--', '--only', 'native'],
  ['test:interop'],
  ['test:scale'],
  ['test:setups'],
  ['test:random'],
  ['fuzz', '--', '--seconds', '300'],
];

await main(async () => {
  const results = [];
  for (const [command, ...args] of commands) {
    const name = [command, ...args].join(' ');
    announce(`npm run ${name}`);
    const started = Date.now();
    const failure = await npm(['run', command, ...args]).then(
      () => undefined,
      (error) => error,
    );
    results.push({ name, failure, seconds: Math.round((Date.now() - started) / 1000) });
  }
  announce('Results');
  for (const { name, failure, seconds } of results)
    console.log(`${name}: ${failure ? 'FAILED' : 'passed'} (${seconds} s)`);
  const failed = results.filter(({ failure }) => failure).map(({ name }) => name);
  if (failed.length) throw new StepError(`FAILED: ${failed.join(', ')}`);
});
