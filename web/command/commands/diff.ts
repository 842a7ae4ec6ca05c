// keras-wasm diff: the differences between two models.
import { diffModels } from '../../index.js';
import type { Subcommand } from '../command.js';
import { openModel, startWith } from '../engine.js';
import { print } from '../output.js';

export const diff: Subcommand = {
  name: 'diff',
  arguments: 'MODEL OTHER',
  count: [2, 2],
  summary: 'Prints the layers, configs and weights in which two models differ.',
  options: {
    'no-weights': { type: 'boolean', help: 'Do not compare the values of weights.' },
    'exit-code': { type: 'boolean', help: 'Exit with 1 when the models differ.' },
  },
  async run([path, other], options) {
    const from = await startWith(path!, options);
    const to = await openModel(other!, options);
    const found = diffModels(from, to, { weights: options['no-weights'] !== true });
    await print(options['json'] === true ? JSON.stringify(found, null, 2) : String(found));
    if (options['exit-code'] === true && !found.equal) process.exitCode = 1;
  },
};
