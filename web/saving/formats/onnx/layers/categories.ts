// Categories of integers (encode_categorical_inputs in keras/src/utils/numerical_utils.py), and bins of numbers.
import type { GraphBuilder } from '../graph/builder.js';
import { cast, less, multiply, where } from '../graph/elementwise.js';
import { reduce, sum } from '../graph/reducing.js';
import { reshape, unsqueeze } from '../graph/shaping.js';
import { NoOnnxForm, type Value } from '../graph/value.js';
import { numbersIn, type Call } from '../model/call.js';
import type { ElementType } from '../proto/messages.js';

// Indices outside of [0, depth) have no category.
function oneHot(g: GraphBuilder, index: Value, depth: number, dtype: ElementType): Value {
  const known = where(g, less(g, index, g.scalar(0, 'int64')), g.scalar(depth, 'int64'), index);
  const values = g.numbers([0, 1], dtype);
  return g.op('OneHot', [known, g.scalar(depth, 'int64'), values], { axis: -1 }, [
    [...index.shape, depth],
    dtype,
  ]);
}

/** `index` as one_hot, multi_hot or count. */
export function encodeCategories(
  g: GraphBuilder,
  given: Value,
  mode: string,
  depth: number,
  dtype: ElementType,
): Value {
  const index = cast(g, given, 'int64');
  const rank = index.shape.length;
  if (rank === 0) throw new NoOnnxForm('its input is a single number');
  if (mode === 'one_hot') {
    const dropsLast = rank > 1 && index.shape.at(-1) === 1;
    const sizes = index.shape.slice(0, -1).map((dim, i) => dim ?? { of: index, axis: i });
    return oneHot(g, dropsLast ? reshape(g, index, sizes) : index, depth, dtype);
  }
  const axis = rank > 1 ? 1 : 0;
  const each = oneHot(g, index, depth, dtype);
  return mode === 'multi_hot' ? reduce(g, 'Max', each, axis) : sum(g, each, axis);
}

export function categoryEncoding(call: Call): Value {
  const { g, config, input, dtype } = call;
  const depth = numbersIn(config, 'num_tokens')[0]!;
  const mode = String(config['output_mode']);
  if (call.arg(1, 'count_weights') == null) return encodeCategories(g, input, mode, depth, dtype);
  const weights = unsqueeze(g, cast(g, call.tensor(1, 'count_weights'), dtype), -1);
  const index = cast(g, input, 'int64');
  const weighted = multiply(g, oneHot(g, index, depth, dtype), weights);
  return sum(g, weighted, index.shape.length > 1 ? 1 : 0);
}

export function discretization(call: Call): Value {
  const { g, config, input, dtype } = call;
  const edges = config['bin_boundaries'];
  if (!Array.isArray(edges)) throw new NoOnnxForm('it has no boundaries yet');
  const x = unsqueeze(g, cast(g, input, 'float32'), -1);
  const bounds = g.numbers(edges as number[], 'float32');
  const reached = g.op('GreaterOrEqual', [x, bounds], {}, [[...input.shape, edges.length], 'bool']);
  const bin = sum(g, cast(g, reached, 'int64'), -1);
  const mode = String(config['output_mode']);
  return mode === 'int'
    ? cast(g, bin, 'int32')
    : encodeCategories(g, bin, mode, edges.length + 1, dtype);
}
