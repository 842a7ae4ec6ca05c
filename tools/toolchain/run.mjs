// node tools/toolchain/run.mjs -- cmd args...   runs a command inside the toolchain, at the checkout.
import { main, StepError } from '../lib/process.mjs';
import { findToolchain } from './find.mjs';

await main(async () => {
  const args = process.argv.slice(process.argv[2] === '--' ? 3 : 2);
  if (args.length === 0)
    throw new StepError('Usage: node tools/toolchain/run.mjs -- command arguments...');
  const toolchain = await findToolchain();
  await toolchain.run(args);
});
