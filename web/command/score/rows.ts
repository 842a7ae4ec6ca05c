// Samples in lines of text.
import { splitCsv, numberOf } from '../data/csv.js';
import { sizeOf, type DataArray } from '../data/data_array.js';
import { arrayOfJson, parseJson } from '../data/json_data.js';
import { CommandError } from '../failure.js';
import { fits, shapeText, type ModelInput, type ModelInputs } from '../model_inputs.js';

/** A sample: an array for each input of the model, in their order. */
export type Row = readonly DataArray[];

/** Parses a line. CommandError for one that is not a sample for the model. */
export type RowParser = (text: string) => Row;

/** Lines of JSON: the sample, or an object with the sample of each input by name. */
export const jsonRows =
  (inputs: ModelInputs): RowParser =>
  (text) => {
    const data = parseJson(text);
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
      const values = inputs.inOrder(new Map(Object.entries(data)));
      return values.map((value, i) => checked(arrayOfJson(value), inputs.all[i]!));
    }
    const { all } = inputs;
    if (all.length === 1) return [checked(arrayOfJson(data), all[0]!)];
    if (!Array.isArray(data) || data.length !== all.length)
      throw new CommandError(
        `the model has the inputs ${all.map(({ name }) => name).join(', ')}: give an object with these names`,
      );
    return data.map((value, i) => checked(arrayOfJson(value), all[i]!));
  };

function checked(array: DataArray, input: ModelInput): DataArray {
  if (fits(array.shape, input)) return array;
  throw new CommandError(
    `a sample of shape ${shapeText(array.shape)} does not fit the input '${input.name}' of shape ${shapeText(input.shape!)}`,
  );
}

/** Lines of numbers, or strings for inputs of strings: the elements of all inputs in their order. */
export function csvRows(inputs: ModelInputs): RowParser {
  const shapes = inputs.all.map(({ name, shape }) => {
    if (shape === undefined || shape.includes(null))
      throw new CommandError(`the input '${name}' has no fixed shape: use --format ndjson`);
    return shape as readonly number[];
  });
  const sizes = shapes.map(sizeOf);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return (text) => {
    const fields = splitCsv(text);
    if (fields.length !== total)
      throw new CommandError(`${fields.length} fields, and a sample has ${total} elements`);
    let at = 0;
    return shapes.map((shape, i) => {
      const own = fields.slice(at, (at += sizes[i]!));
      if (inputs.all[i]!.dtype === 'string') return { shape, dtype: 'string', values: own };
      return { shape, dtype: 'float64', values: own.map(numberIn) };
    });
  };
}

function numberIn(field: string): number {
  const number = numberOf(field);
  if (number === undefined) throw new CommandError(`not a number: ${field}`);
  return number;
}
