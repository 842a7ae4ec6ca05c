// keras-wasm convert: a model in another file format.
import { stat } from 'node:fs/promises';
import { text, type Subcommand } from '../command.js';
import { startWith } from '../engine.js';
import { CommandError, naming, UsageError } from '../failure.js';
import { print } from '../output.js';
import { checkModelPath, saveTo } from '../save.js';

export const convert: Subcommand = {
  name: 'convert',
  arguments: 'MODEL OUT',
  count: [2, 2],
  summary: 'Saves a model in another format; the endings of the paths say which.',
  details: `MODEL is a file of a model or the .json of a config. OUT ends in .keras, .h5 or .onnx for the model, in .weights.h5 or
.weights.json for its weights alone, in .json for its config alone.`,
  options: {
    weights: { type: 'string', value: 'FILE', help: 'Load these weights into the model first.' },
    'max-shard-size': {
      type: 'string',
      value: 'GB',
      help: 'Largest size of one file, for OUT ending in .weights.json.',
    },
  },
  async run([path, out], options) {
    checkModelPath(out!);
    const maxShardSize = gigabytes(text(options, 'max-shard-size'), out!);
    const model = await startWith(path!, options);
    const weights = text(options, 'weights');
    if (weights !== undefined) await naming(weights, () => model.loadWeights(weights));
    else if (path!.endsWith('.json') && !out!.endsWith('.json'))
      throw new CommandError(`${path}: a config has no weights: give them with --weights FILE`);
    await saveTo(model, out!, maxShardSize);
    const { size } = await stat(out!);
    await print(
      options['json'] === true ? JSON.stringify({ file: out, size }) : `${out}: ${size} bytes`,
    );
  },
};

function gigabytes(value: string | undefined, out: string): number | undefined {
  if (value === undefined) return undefined;
  const size = Number(value);
  if (!(size > 0))
    throw new UsageError(`--max-shard-size is a positive number. Received: ${value}`);
  if (!out.endsWith('.weights.json'))
    throw new UsageError(`--max-shard-size is for files ending in .weights.json. Received: ${out}`);
  return size;
}
