// The hooks that the page offers. The code shown is the source of the file that runs.
import type { Model } from 'keras-wasm';
import { clone as plain } from './default.js';
import plainSource from './default.ts?raw';
import { clone as dropout } from './dropout.js';
import dropoutSource from './dropout.ts?raw';
import { clone as inputs } from './inputs.js';
import inputsSource from './inputs.ts?raw';
import { clone as recursive } from './recursive.js';
import recursiveSource from './recursive.ts?raw';
import { clone as seed } from './seed.js';
import seedSource from './seed.ts?raw';

export interface Recipe {
  id: string;
  title: string;
  source: string;
  clone(model: Model): Model;
}

export const recipes: readonly Recipe[] = [
  { id: 'default', title: 'Plain clone', source: plainSource, clone: plain },
  { id: 'seed', title: 'Every seed becomes 1337', source: seedSource, clone: seed },
  { id: 'dropout', title: 'Dropout after each Dense', source: dropoutSource, clone: dropout },
  { id: 'inputs', title: 'New Input tensors', source: inputsSource, clone: inputs },
  { id: 'recursive', title: 'Freeze, nested too', source: recursiveSource, clone: recursive },
];
