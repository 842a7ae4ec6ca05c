// The calls in the config of a Functional model, as TensorFlow.js lists them.
import { isJson, type Json, type LayerDescription } from '../../../model_description.js';

type History = readonly [layer: string, node: number, tensor: number];

const historyOf = (value: unknown): History | undefined =>
  isJson(value) && value['class_name'] === '__keras_tensor__'
    ? ((value['config'] as Json)['keras_history'] as History)
    : undefined;

function historiesIn(value: unknown): History[] {
  const history = historyOf(value);
  if (history) return [history];
  if (Array.isArray(value)) return value.flatMap(historiesIn);
  return isJson(value) ? Object.values(value).flatMap(historiesIn) : [];
}

/** The arguments of a call without the masks that Keras passed on from layer to layer, as TensorFlow.js does. */
function withoutMasks(
  { args, kwargs }: Json,
  model: LayerDescription,
): { args: unknown[]; others: unknown[] } {
  const others = Object.entries(kwargs as Json).filter(
    ([key, value]) => !(/(^|_)mask$/.test(key) && historiesIn(value).every(isOwnMask(model))),
  );
  return { args: args as unknown[], others: others.map(([, value]) => value) };
}

const recordOf = (model: LayerDescription, name: string): Json | undefined =>
  (model.config['layers'] as Json[]).find((record) => record['name'] === name);

const nodesOf = (record: Json | undefined): Json[] => (record?.['inbound_nodes'] ?? []) as Json[];

// Whether a layer made the mask: it is then `x != value` of an input of that layer, or `any` of it.
const isOwnMask =
  (model: LayerDescription) =>
  ([name]: History): boolean => {
    const layer = model.layers.find((each) => each.name === name);
    const inputs = nodesOf(recordOf(model, name)).flatMap((node) => historiesIn(node['args']));
    if (layer?.kind !== 'operation') return false;
    if (layer.className === 'Any') return inputs.every(isOwnMask(model));
    return layer.className === 'NotEqual' && inputs.every((input) => isMasked(input, model));
  };

// Whether a layer that makes masks reads the tensor.
function isMasked(input: History, model: LayerDescription): boolean {
  const makers = model.layers.filter(
    ({ className, config }) => className === 'Masking' || config['mask_zero'] === true,
  );
  const read = makers.flatMap(({ name }) =>
    nodesOf(recordOf(model, name)).flatMap((node) => historiesIn(node['args'])),
  );
  return read.some((each) => JSON.stringify(each) === JSON.stringify(input));
}

/** The names of the layers that outputs depend on by more than masks. */
export function neededLayers(model: LayerDescription): Set<string> {
  const { config } = model;
  const needed = new Set<string>();
  const ends = [config['output_layers'], config['input_layers']].flatMap(endsOf);
  const open = ends.map(([name]) => name);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    for (const node of nodesOf(recordOf(model, name))) {
      const { args, others } = withoutMasks(node, model);
      open.push(...historiesIn([args, others]).map(([from]) => from));
    }
  }
  return needed;
}

/** The call as `[[layer, node, tensor, {}], ...]`; undefined when it has more than its inputs. */
export function inboundNode(node: Json, model: LayerDescription): unknown[] | undefined {
  const { args, others } = withoutMasks(node, model);
  const more = [...args.slice(1), ...others].filter((value) => value !== null && value !== false);
  const inputs = [args[0]].flat().map(historyOf);
  if (more.length > 0 || inputs.includes(undefined)) return undefined;
  return inputs.map((history) => [...counted(history!, model), {}]);
}

// In Keras 2, node 0 of a nested model links its own inputs and outputs.
function counted([name, node, tensor]: History, model: LayerDescription): History {
  const kind = model.layers.find((each) => each.name === name)?.kind;
  return [name, kind === 'functional' || kind === 'sequential' ? node + 1 : node, tensor];
}

/** The ends of a model as a list of `[layer, node, tensor]`. */
export function modelEnds(structure: unknown, model: LayerDescription): History[] {
  return endsOf(structure).map(([name, node, tensor]) => {
    const isSequential = model.layers.find((each) => each.name === name)?.kind === 'sequential';
    // Keras counts the calls of a Functional from one, of a Sequential from zero.
    return isSequential ? counted([name, node, tensor], model) : [name, node, tensor];
  });
}

function endsOf(structure: unknown): History[] {
  if (Array.isArray(structure))
    return typeof structure[0] === 'string'
      ? [structure as unknown as History]
      : structure.flatMap(endsOf);
  if (!isJson(structure)) return [];
  return Object.keys(structure)
    .sort()
    .flatMap((key) => endsOf(structure[key]));
}
