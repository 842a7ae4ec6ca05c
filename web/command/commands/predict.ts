// keras-wasm predict: the outputs of a model for the samples in data files.
import { positive, text, type Subcommand } from '../command.js';
import { checkDataPath, jsonOfSamples, readData, writeData } from '../data/data_files.js';
import { tensorsFor, type NamedFile } from '../data/data_for_inputs.js';
import { startWith } from '../engine.js';
import { naming } from '../failure.js';
import { ModelInputs } from '../model_inputs.js';
import { clearProgress, progress, write } from '../output.js';

export const predict: Subcommand = {
  name: 'predict',
  arguments: 'MODEL DATA...',
  count: [2, Infinity],
  summary: 'Prints or saves the outputs of a model for data in .npy, .npz, .csv or .json files.',
  details: `DATA is one file for each input of the model, in their order, or NAME=FILE. A single .npz, or .json with an object,
has an array for each name of an input; \`-\` is JSON on standard input. The first axis of an array counts the samples.
A .csv has a sample in each line.`,
  options: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      help: 'A .npy, .npz, .csv or .json file.',
    },
    'batch-size': { type: 'string', value: 'N', help: 'Samples computed at once; 32 by default.' },
  },
  async run([path, ...data], options) {
    const output = text(options, 'output');
    if (output !== undefined) checkDataPath(output);
    const batchSize = positive(options, 'batch-size') ?? 32;
    const files = await readFiles(data);
    const model = await startWith(path!, options);
    const inputs = new ModelInputs(model);
    const tensors = await naming(path!, () => tensorsFor(files, inputs));
    const result = await naming(path!, () =>
      model.predict(inputs.nest(tensors), {
        batchSize,
        onProgress: (done, total) => progress(`${done} of ${total} samples`),
      }),
    );
    clearProgress();
    if (output === undefined) await write(`${jsonOfSamples(result)}\n`);
    else await writeData(output, result);
  },
};

async function readFiles(data: readonly string[]): Promise<NamedFile[]> {
  const files: NamedFile[] = [];
  for (const each of data) {
    const [, input, file] = /^([\w./-]+)=(.+)$/s.exec(each) ?? [undefined, undefined, each];
    files.push({ input, file: file, arrays: await readData(file) });
  }
  return files;
}
