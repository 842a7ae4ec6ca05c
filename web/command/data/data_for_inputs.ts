// Which array of data files is for which input of a model.
import type { Tensor } from '../../index.js';
import { CommandError, UsageError } from '../failure.js';
import { fits, shapeText, type ModelInput, type ModelInputs } from '../model_inputs.js';
import { sizeOf, toTensor, type DataArray, type NamedArrays } from './data_array.js';

/** A tensor for each input, in their order. CommandError for arrays that do not fit. */
export function tensorsFor(files: readonly NamedFile[], inputs: ModelInputs): Tensor[] {
  const tensors: Tensor[] = [];
  try {
    for (const [i, { file, array }] of arraysOf(files, inputs).entries())
      tensors.push(tensorFor(array, inputs.all[i]!, file));
    return tensors;
  } catch (error) {
    for (const tensor of tensors) tensor.dispose();
    throw error;
  }
}

/** The arrays of a data file. */
export interface NamedFile {
  /** The input that the arguments name; undefined when its position does. */
  readonly input: string | undefined;
  readonly file: string;
  readonly arrays: NamedArrays;
}

interface Given {
  readonly file: string;
  readonly array: DataArray;
}

// One array for each input, in the order of the inputs.
function arraysOf(files: readonly NamedFile[], inputs: ModelInputs): Given[] {
  const isNamed = files.some(({ input }) => input !== undefined);
  const [first] = files;
  if (!isNamed && files.length === 1 && ![...first!.arrays.keys()].every(isWithoutName)) {
    const { file, arrays } = first!;
    const byName = new Map([...arrays].map(([name, array]) => [name, { file, array }]));
    if (inputs.all.length === 1 && byName.size === 1) return [...byName.values()];
    return inputs.inOrder(byName);
  }
  if (isNamed && files.some(({ input }) => input === undefined))
    throw new UsageError('Name all data files as NAME=FILE, or none.');
  if (isNamed)
    return inputs.inOrder(new Map(files.map((each) => [each.input!, only(each)] as const)));
  if (files.length !== inputs.all.length)
    throw new CommandError(
      `The model has ${inputs.all.length} inputs (${inputs.all.map(({ name }) => name).join(', ')}). Received: ${files.length} files`,
    );
  return files.map(only);
}

const isWithoutName = (name: string): boolean => name === '';

function only({ file, arrays }: NamedFile): Given {
  const [array] = arrays.values();
  if (array === undefined || arrays.size > 1)
    throw new CommandError(`${file} has ${arrays.size} arrays, and one input takes one.`);
  return { file, array };
}

function tensorFor(array: DataArray, input: ModelInput, file: string): Tensor {
  const fitting = reshaped(array, input);
  if (!fitting)
    throw new CommandError(
      `${file}: an array of shape ${shapeText(array.shape)} does not fit the input '${input.name}' of shape ${shapeText([null, ...input.shape!])}`,
    );
  return toTensor(fitting, input.shape === undefined ? undefined : input.dtype);
}

// Rows of numbers, as in .csv files, take the shape of the input.
function reshaped(array: DataArray, input: ModelInput): DataArray | undefined {
  const [samples, ...sample] = array.shape;
  if (samples === undefined) return undefined;
  if (fits(sample, input)) return array;
  const wanted = input.shape!;
  if (sample.length !== 1 || wanted.includes(null)) return undefined;
  const shape = wanted as readonly number[];
  return sizeOf(shape) === sample[0] ? { ...array, shape: [samples, ...shape] } : undefined;
}
