// Models as graphs of the calls in their configs (keras/src/models/functional.py, sequential.py).
import type { GraphBuilder } from '../graph/builder.js';
import { cast } from '../graph/elementwise.js';
import { squeeze, unsqueeze } from '../graph/shaping.js';
import { NoOnnxForm, type Value } from '../graph/value.js';
import { historiesIn, revive, type History } from './arguments.js';
import { elementType, flatten, type CallArguments, type CallLayer, type Result } from './call.js';
import {
  isJson,
  type Json,
  type LayerDescription,
  type Problem,
} from '../../../model_description.js';

/** A recorded call of a layer. */
interface NodeRecord {
  readonly layer: LayerDescription;
  readonly index: number;
  readonly args: readonly unknown[];
  readonly kwargs: Json;
  readonly needs: readonly string[];
}

const keyOf = ([name, node, tensor]: History): string => `${name}/${node}/${tensor}`;

/** Where layers report that they cannot be written, so that all of them are named at once. */
export type Report = (problem: Problem) => void;

/** Writes a call of a Functional or Sequential model. */
export function callModel(
  g: GraphBuilder,
  model: LayerDescription,
  { args, kwargs }: CallArguments,
  call: CallLayer,
  report: Report,
): Result {
  const inputs = flatten(args[0] ?? kwargs);
  return model.kind === 'sequential'
    ? callSequential(g, model, inputs, call, report)
    : new GraphCall(g, model, call, report).run(inputs);
}

function callSequential(
  g: GraphBuilder,
  model: LayerDescription,
  [input]: readonly Value[],
  call: CallLayer,
  report: Report,
): Result {
  let value: Result = input!;
  for (const layer of model.layers) {
    if (layer.className === 'InputLayer') continue;
    const result = attempt(layer, report, () => call(g, layer, { args: [value], kwargs: {} }));
    if (result === undefined) throw new Unfinished();
    value = result;
  }
  return value;
}

/** A part of the model that is left out because of a problem that is reported. */
export class Unfinished extends Error {}

function attempt<T>(layer: LayerDescription, report: Report, make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof Unfinished) return undefined;
    if (!(error instanceof NoOnnxForm)) throw error;
    report({ layer: layer.name, className: layer.className, reason: error.message });
    return undefined;
  }
}

// A call of a Functional model: its recorded calls again, with other values.
class GraphCall {
  readonly #g: GraphBuilder;
  readonly #model: LayerDescription;
  readonly #call: CallLayer;
  readonly #report: Report;
  readonly #values = new Map<string, Value>();
  readonly #failed = new Set<string>();

  constructor(g: GraphBuilder, model: LayerDescription, call: CallLayer, report: Report) {
    this.#g = g;
    this.#model = model;
    this.#call = call;
    this.#report = report;
  }

  run(inputs: readonly Value[]): Result {
    const ends = endsOf(this.#model.config['input_layers']);
    ends.forEach((end, i) => this.#values.set(keyOf(end), this.#adjusted(inputs[i]!, end)));
    let waiting = this.#records();
    while (waiting.length > 0) {
      const rest = waiting.filter((record) => !this.#tryRun(record));
      if (rest.length === waiting.length) throw new Unfinished();
      waiting = rest;
    }
    return this.#tree(this.#model.config['output_layers']);
  }

  // In the dtype and rank of the model's input, as Keras passes it on.
  #adjusted(value: Value, [name]: History): Value {
    const { config } = this.#model.layers.find((layer) => layer.name === name)!;
    const shape = (config['batch_shape'] ?? []) as (number | null)[];
    const dtype = typeof config['dtype'] === 'string' ? config['dtype'] : value.dtype;
    let result = cast(this.#g, value, elementType(dtype));
    const rank = value.shape.length;
    if (rank === shape.length + 1 && value.shape.at(-1) === 1)
      result = squeeze(this.#g, result, -1);
    else if (rank === shape.length - 1 && shape.at(-1) === 1)
      result = unsqueeze(this.#g, result, -1);
    return { ...result, mask: value.mask };
  }

  #records(): NodeRecord[] {
    const layers = new Map(this.#model.layers.map((layer) => [layer.name, layer]));
    return (this.#model.config['layers'] as Json[]).flatMap((record) => {
      const layer = layers.get(String(record['name']))!;
      const nodes = record['inbound_nodes'] as Json[];
      return nodes.map((node, index): NodeRecord => {
        const { args, kwargs } = node as { args: unknown[]; kwargs: Json };
        const needs = historiesIn([args, kwargs]).map(keyOf);
        return { layer, index, args, kwargs, needs };
      });
    });
  }

  // Whether the record is done: false while it needs values of calls that are not.
  #tryRun(record: NodeRecord): boolean {
    const { layer, index, needs } = record;
    if (needs.some((key) => this.#failed.has(layerOf(key)))) {
      this.#failed.add(`${layer.name}/${index}`);
      return true;
    }
    if (!needs.every((key) => this.#values.has(key))) return false;
    const tensor = (history: History): Value => this.#values.get(keyOf(history))!;
    const result = attempt(layer, this.#report, () => {
      const args = revive(this.#g, record.args, tensor) as unknown[];
      const kwargs = revive(this.#g, record.kwargs, tensor) as Json;
      return this.#call(this.#g, layer, { args, kwargs });
    });
    if (result === undefined) this.#failed.add(`${layer.name}/${index}`);
    else
      flatten(result).forEach((value, i) => this.#values.set(keyOf([layer.name, index, i]), value));
    return true;
  }

  #tree(structure: unknown): Result {
    if (isEnd(structure)) {
      const value = this.#values.get(keyOf(this.#counted(structure)));
      if (!value) throw new Unfinished();
      return value;
    }
    if (Array.isArray(structure)) return structure.map((each) => this.#tree(each));
    return Object.fromEntries(
      Object.entries(structure as Json).map(([key, each]) => [key, this.#tree(each)]),
    );
  }

  // Where a nested Functional ends, its calls are counted from one.
  #counted([name, node, tensor]: History): History {
    const layer = this.#model.layers.find((each) => each.name === name);
    return [name, layer?.kind === 'functional' ? node - 1 : node, tensor];
  }
}

const layerOf = (key: string): string => key.slice(0, key.lastIndexOf('/'));

const isEnd = (value: unknown): value is History =>
  Array.isArray(value) &&
  value.length === 3 &&
  typeof value[0] === 'string' &&
  typeof value[1] === 'number';

/** The ends of a model in Keras's order. */
export function endsOf(structure: unknown): History[] {
  if (isEnd(structure)) return [structure];
  if (Array.isArray(structure)) return structure.flatMap(endsOf);
  if (!isJson(structure)) return [];
  return Object.keys(structure)
    .sort()
    .flatMap((key) => endsOf(structure[key]));
}
