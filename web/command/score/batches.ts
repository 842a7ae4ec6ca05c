// Predicts the samples of lines batch by batch, and returns a result for each line.
import type { Model, Tensor, TensorTree } from '../../index.js';
import { toTensor } from '../data/data_array.js';
import { messageOf } from '../failure.js';
import type { ModelInputs } from '../model_inputs.js';
import { isTensor, Samples } from '../numbers.js';
import type { Row } from './rows.js';

/** What comes out for one line: JSON, or why there is none. */
export type Result = { readonly json: string } | { readonly error: string };

/** The results of samples, in their order. Samples of different shapes are predicted one shape after the other. */
export function predictRows(model: Model, inputs: ModelInputs, rows: readonly Row[]): Result[] {
  const results: Result[] = [];
  for (let start = 0; start < rows.length;) {
    const key = shapeKey(rows[start]!);
    let end = start + 1;
    const last = Math.min(rows.length, start + (inputs.batchSize ?? rows.length));
    while (end < last && shapeKey(rows[end]!) === key) ++end;
    results.push(...predictAlike(model, inputs, rows.slice(start, end)));
    start = end;
  }
  return results;
}

const shapeKey = (row: Row): string => row.map(({ shape }) => shape.join()).join(';');

// When a batch fails, each of its samples is predicted alone to find out which ones fail.
function predictAlike(model: Model, inputs: ModelInputs, rows: readonly Row[]): Result[] {
  try {
    return predictBatch(model, inputs, rows).map((json) => ({ json }));
  } catch (error) {
    if (rows.length === 1) return [{ error: messageOf(error) }];
    return rows.flatMap((row) => predictAlike(model, inputs, [row]));
  }
}

// Products of fewer rows add in another order. With at least so many, a sample has the same bits in every batch of any
// size.
const LEAST_ROWS = 4;

function predictBatch(model: Model, inputs: ModelInputs, rows: readonly Row[]): string[] {
  const length = inputs.batchSize ?? Math.max(rows.length, LEAST_ROWS);
  const batch = Array.from({ length }, (_, i) => rows[Math.min(i, rows.length - 1)]!);
  const tensors: Tensor[] = [];
  try {
    for (const [i, input] of inputs.all.entries()) {
      const arrays = batch.map((row) => row[i]!);
      const { shape, dtype } = arrays[0]!;
      const values = arrays.flatMap((array) => [...array.values] as number[]);
      const stacked = { shape: [batch.length, ...shape], dtype, values };
      tensors.push(toTensor(stacked, input.dtype));
    }
    const outputs = model.predict<TensorTree>(inputs.nest(tensors), { batchSize: batch.length });
    const samples = new Samples(outputs);
    const texts = rows.map((_, i) => samples.json(i));
    disposeAll(outputs);
    return texts;
  } finally {
    for (const tensor of tensors) tensor.dispose();
  }
}

/** Frees the tensors of a tree. */
export function disposeAll(tree: TensorTree): void {
  if (tree === null) return;
  if (isTensor(tree)) tree.dispose();
  else for (const each of Object.values(tree) as TensorTree[]) disposeAll(each);
}
