// keras-wasm predict: the outputs of a model for the samples in data files.
import { positive, text, type Subcommand } from '../command.js';
import { checkDataPath, jsonOfSamples, readData, writeData } from '../data/data_files.js';
import type { DataArray, NamedArrays } from '../data/data_array.js';
import { tensorsFor, type NamedFile } from '../data/data_for_inputs.js';
import { isImage, readImage, stackImages } from '../data/images.js';
import { startWith } from '../engine.js';
import { naming } from '../failure.js';
import { ModelInputs, type ModelInput } from '../model_inputs.js';
import { clearProgress, progress, write } from '../output.js';

export const predict: Subcommand = {
  name: 'predict',
  arguments: 'MODEL DATA...',
  count: [2, Infinity],
  summary:
    'Prints or saves the outputs of a model for images and for data in .npy, .npz, .csv or .json files.',
  details: `DATA is one file for each input of the model, in their order, or NAME=FILE. A single .npz, or .json with an object,
has an array for each name of an input; \`-\` is JSON on standard input. The first axis of an array counts the samples.
A .csv has a sample in each line. Images (.png, .jpg, .webp, ...; needs the package sharp) are resized to the input, with its channels
and elements from 0 to 255; several of them are the samples of a model with one input.`,
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
    const complete = await withImages(files, inputs);
    const tensors = await naming(path!, () => tensorsFor(complete, inputs));
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

/** A data file; images are read when the model is known. */
type Given = Omit<NamedFile, 'arrays'> & { readonly arrays?: NamedArrays };

async function readFiles(data: readonly string[]): Promise<Given[]> {
  const files: Given[] = [];
  for (const each of data) {
    const [, input, file] = /^([\w./-]+)=(.+)$/s.exec(each) ?? [undefined, undefined, each];
    files.push({ input, file, ...(isImage(file) ? {} : { arrays: await readData(file) }) });
  }
  return files;
}

async function withImages(files: readonly Given[], inputs: ModelInputs): Promise<NamedFile[]> {
  const read = (file: string, input: ModelInput): Promise<DataArray> =>
    naming(file, () => readImage(file, input));
  const [only, ...others] = inputs.all;
  if (others.length === 0 && files.length > 1 && files.every(({ file }) => isImage(file))) {
    const names = files.map(({ file }) => file);
    const images: DataArray[] = [];
    for (const file of names) images.push(await read(file, only!));
    const arrays = new Map([['', stackImages(images, names)]]);
    return [{ input: undefined, file: names[0]!, arrays }];
  }
  const complete: NamedFile[] = [];
  for (const [i, { input, file, arrays }] of files.entries()) {
    const target = inputs.all.find(({ name }) => name === input) ?? inputs.all[i] ?? only!;
    complete.push({ input, file, arrays: arrays ?? new Map([['', await read(file, target)]]) });
  }
  return complete;
}
