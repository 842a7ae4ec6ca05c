// The recipes of the page. Each file is shown as it runs: a comment whose first line is the title, then a module that
// exports `edit(model, value)` and perhaps a `slider` for the value.
import activations from './activations.mjs?raw';
import bidirectional from './bidirectional.mjs?raw';
import deploy from './deploy.mjs?raw';
import dropNormalization from './drop_normalization.mjs?raw';
import dropout from './dropout.mjs?raw';
import freeze from './freeze.mjs?raw';
import halfPrecision from './half_precision.mjs?raw';
import inputSize from './input_size.mjs?raw';
import monteCarlo from './monte_carlo.mjs?raw';
import noise from './noise.mjs?raw';
import plain from './plain.mjs?raw';
import prune from './prune.mjs?raw';
import quantize from './quantize.mjs?raw';
import rename from './rename.mjs?raw';
import seed from './seed.mjs?raw';
import share from './share.mjs?raw';
import subModel from './sub_model.mjs?raw';

export interface Recipe {
  readonly id: string;
  readonly title: string;
  readonly code: string;
}

const sources = {
  ...{ quantize, prune, noise, activations, 'half-precision': halfPrecision },
  ...{ dropout, 'monte-carlo': monteCarlo, bidirectional, 'input-size': inputSize },
  ...{ 'drop-normalization': dropNormalization, deploy, 'sub-model': subModel },
  ...{ freeze, seed, rename, share, plain },
};

/** The recipes in the order of the list; the first one is selected when the page opens. */
export const recipes: readonly Recipe[] = Object.entries(sources).map(([id, source]) => ({
  id,
  title: source.split('\n')[0]!.replace(/^\/\/ /, ''),
  code: source.trim(),
}));
