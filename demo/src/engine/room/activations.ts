// What an inner layer returns for an input.
import type { KerasTensor, Layer, Model, Tensor, TensorTree } from 'keras-wasm';
import type { Values } from '../../types.js';
import { modelOf } from './models.js';
import { keras } from './package.js';
import { nested, tensorsIn, valuesOf, withTensors } from './predict.js';

// Of a layer that is called more often, the first calls are shown.
const mostCalls = 4;

/** Models from the input to a layer: the last one ends at it, those before it at the nested models around it. */
interface Chain {
  readonly id: number;
  readonly path: string;
  readonly parts: readonly Model[];
}

// Those of both models are used again while the input changes.
const mostChains = 2;
let chains: Chain[] = [];

/** The outputs of a layer for the first sample, one for each call and output. */
export function activations(id: number, path: string, inputs: readonly Values[]): Values[] {
  const model = modelOf(id);
  const { parts } = chainTo(id, path);
  const firsts = inputs.map((input, i) =>
    model.inputs[i]!.shape[0] === null ? firstSample(input) : input,
  );
  return withTensors(model, firsts, (tensors) => {
    let given = tensors;
    parts.slice(0, -1).forEach((part) => {
      const next = [...tensorsIn(run(part, given))];
      if (given !== tensors) for (const tensor of given) tensor.dispose();
      given = next;
    });
    try {
      return valuesOf(run(parts.at(-1)!, given)).map(({ values, ...rest }) => ({
        values: Float32Array.from(values),
        ...rest,
      }));
    } finally {
      if (given !== tensors) for (const tensor of given) tensor.dispose();
    }
  });
}

function run(part: Model, given: Tensor[]): unknown {
  const batchSize = given[0]?.shape[0] ?? 1;
  return part.predict<TensorTree>(nested(part, given), { batchSize: Math.max(1, batchSize) });
}

function chainTo(id: number, path: string): Chain {
  const known = chains.find((chain) => chain.id === id && chain.path === path);
  if (known) return known;
  const chain = { id, path, parts: partsTo(modelOf(id), path.split('/')) };
  chains.push(chain);
  while (chains.length > mostChains) free(chains.shift()!);
  return chain;
}

const free = ({ parts }: Chain): void => parts.forEach((part) => part.dispose());

/** Forgets what was made for a model. */
export function forgetActivations(id: number): void {
  chains.filter((chain) => chain.id === id).forEach(free);
  chains = chains.filter((chain) => chain.id !== id);
}

function partsTo(model: Model, [name, ...inner]: readonly string[]): Model[] {
  if (inner.length === 0) return [model.subModel({ outputs: callsOf(model, name!) })];
  const owner: Layer | undefined = model.getLayer(name!);
  if (!(owner instanceof keras.Model)) throw new Error(`${name} is not a model.`);
  return [model.subModel({ outputs: inputsOf(model, name!) }), ...partsTo(owner, inner)];
}

function callsOf(model: Model, name: string): string | string[] {
  const exists = (call: string) => {
    try {
      model.subModel({ outputs: call }).dispose();
      return true;
    } catch {
      return false;
    }
  };
  const calls: string[] = [];
  while (calls.length < mostCalls && exists(`${name}@${calls.length}`))
    calls.push(`${name}@${calls.length}`);
  return calls.length > 0 ? calls : name; // which says what is wrong
}

/** The tensors that a nested model gets in its first call, as `subModel` takes them. */
function inputsOf(model: Model, name: string): string[] | readonly KerasTensor[] {
  const { layers } = model.getConfig() as { layers?: readonly Record<string, unknown>[] };
  const record = layers?.find((each) => each['name'] === name);
  const call = (record?.['inbound_nodes'] as unknown[] | undefined)?.[0];
  if (call !== undefined) return [...histories(call)];
  // A Sequential: the layer before.
  const at = model.layers.findIndex((layer) => layer.name === name);
  return at > 0 ? [model.layers[at - 1]!.name] : model.inputs;
}

function* histories(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* histories(item);
  else if (typeof value === 'object' && value !== null) {
    const { class_name: className, config } = value as Record<string, unknown>;
    const history = (config as { keras_history?: unknown } | undefined)?.keras_history;
    if (className === '__keras_tensor__' && Array.isArray(history)) {
      const [layer, node, tensor] = history as [string, number, number];
      yield `${layer}@${node}:${tensor}`;
    } else {
      const dict = value as Record<string, unknown>;
      for (const key of Object.keys(dict).sort()) yield* histories(dict[key]);
    }
  }
}

function firstSample({ values, shape, strings }: Values): Values {
  const [count = 1, ...sizes] = shape;
  const length = sizes.reduce((product, size) => product * size, 1);
  if (count <= 1) return { values, shape, ...(strings && { strings }) };
  return {
    values: Array.from({ length: strings ? 0 : length }, (_, i) => values[i]!),
    shape: [1, ...sizes],
    ...(strings && { strings: strings.slice(0, length) }),
  };
}
