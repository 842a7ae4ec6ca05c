// Arguments of calls as configs record them (keras/src/models/functional.py, keras/src/saving/serialization_lib.py).
import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/value.js';
import { elementType } from './call.js';
import { isJson, type Json } from '../../../model_description.js';

/** Which output of which call a tensor is: the operation, the index of its call, and of the tensor. */
export type History = readonly [operation: string, node: number, tensor: number];

/** A slice in an index: Python's `slice(start, stop, step)`. */
export class SliceArgument {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;

  constructor(start: number | null, stop: number | null, step: number | null) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

export const ELLIPSIS = Symbol('...');

/** The history of a recorded tensor; undefined for other values. */
export function historyOf(value: unknown): History | undefined {
  if (!isJson(value) || value['class_name'] !== '__keras_tensor__') return undefined;
  return (value['config'] as Json)['keras_history'] as History;
}

/** The histories in recorded arguments. */
export function historiesIn(value: unknown): History[] {
  const history = historyOf(value);
  if (history) return [history];
  if (Array.isArray(value)) return value.flatMap(historiesIn);
  return isJson(value) ? Object.values(value).flatMap(historiesIn) : [];
}

/** The arguments with values in place of what the records stand for. */
export function revive(
  g: GraphBuilder,
  value: unknown,
  tensor: (history: History) => Value,
): unknown {
  const each = (inner: unknown): unknown => revive(g, inner, tensor);
  if (Array.isArray(value)) return value.map(each);
  if (!isJson(value)) return value;
  const history = historyOf(value);
  if (history) return tensor(history);
  const { config } = value;
  switch (value['class_name']) {
    case '__tensor__':
    case '__numpy__':
      return constantOf(g, config as Json);
    case '__tuple__':
      return each(value['items'] ?? config);
    case '__ellipsis__':
      return ELLIPSIS;
    case 'slice':
    case '__slice__': {
      const { start, stop, step } = (config ?? value) as Record<string, number | null>;
      return new SliceArgument(start ?? null, stop ?? null, step ?? null);
    }
    default:
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, each(inner)]));
  }
}

function constantOf(g: GraphBuilder, { value, dtype }: Json): Value {
  const shape: number[] = [];
  for (let each = value; Array.isArray(each); each = each[0]) shape.push(each.length);
  const numbers = (Array.isArray(value) ? value.flat(shape.length) : [value]) as number[];
  return g.numbers(numbers.map(Number), elementType(String(dtype)), shape);
}
