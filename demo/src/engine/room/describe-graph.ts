// Reads a model's config into a graph: boxes, and the shapes of the tensors between them.
import type { Graph, GraphEdge, GraphNode, Shape } from '../../types.js';
import { findRepeats } from './repeats.js';

type Config = Readonly<Record<string, unknown>>;

/** Configs of layers, by path. */
export type Configs = Map<string, Config>;

/** What a config does not say about a layer. Called with the names of the layer and the models around it, outermost first. */
export type LayerFacts = (path: readonly string[]) => {
  parameters: number;
  shapes: readonly Shape[];
};

/** The graph of a Functional's or Sequential's config. Other models have no graph, so their layers are unconnected. */
export function describeGraph(
  className: string,
  config: Config,
  facts: LayerFacts,
  configs: Configs = new Map(),
  path: readonly string[] = [],
): Graph {
  const records = recordsOf(config['layers']);
  const unshaped = records.map((record) => describeNode(record, facts, configs, path));
  const edges = className === 'Sequential' ? chain(unshaped) : connections(records, unshaped);
  const nodes = withShapes(unshaped, edges);
  return { nodes, edges, repeats: findRepeats(nodes, edges), key: keyOf({ nodes, edges }) };
}

// Two FNV-1a hashes of all that a drawing shows, side by side: graphs with one key look the same.
function keyOf(graph: Omit<Graph, 'key' | 'repeats'>): string {
  const text = JSON.stringify(graph);
  let [a, b] = [0x811c9dc5, 0x01234567];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x01000193);
  }
  return `${a >>> 0}-${b >>> 0}`;
}

// Unknown output shapes of a layer are taken from its outgoing edges.
function withShapes(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): GraphNode[] {
  const leaving = new Map<string, Map<string, Shape>>();
  for (const { from, shape } of edges) {
    if (!shape) continue;
    const shapes = leaving.get(from) ?? new Map<string, Shape>();
    leaving.set(from, shapes.set(String(shape), shape));
  }
  return nodes.map((node) =>
    node.shapes.length > 0
      ? node
      : { ...node, shapes: [...(leaving.get(node.path)?.values() ?? [])] },
  );
}

function describeNode(
  record: Config,
  facts: LayerFacts,
  configs: Configs,
  path: readonly string[],
): GraphNode {
  const config = isConfig(record['config']) ? record['config'] : {};
  const name = String(record['name'] ?? config['name'] ?? '');
  const className = String(record['class_name'] ?? '');
  const place = [...path, name];
  const node: GraphNode = { path: place.join('/'), name, className, ...facts(place) };
  configs.set(node.path, config);
  // Only the config of a Sequential lists its InputLayer.
  const shape = config['batch_shape'];
  if (node.shapes.length === 0 && Array.isArray(shape)) node.shapes = [shape as Shape];
  const isModel = Array.isArray(config['layers']);
  return isModel
    ? { ...node, inner: describeGraph(className, config, facts, configs, place) }
    : node;
}

function chain(nodes: readonly GraphNode[]): GraphEdge[] {
  return nodes.slice(1).map((node, i) => {
    const before = nodes[i]!;
    return { from: before.path, to: node.path, shape: before.shapes[0] ?? null };
  });
}

// A layer that is called several times is one box, and each tensor argument of a call is a separate line.
function connections(records: readonly Config[], nodes: readonly GraphNode[]): GraphEdge[] {
  const pathOf = new Map(nodes.map((node) => [node.name, node.path]));
  return records.flatMap((record, i) => {
    const to = nodes[i]!.path;
    return [...tensorsIn(record['inbound_nodes'])].flatMap(({ name, shape }) => {
      const from = pathOf.get(name);
      return from === undefined ? [] : [{ from, to, shape }];
    });
  });
}

/** Every `__keras_tensor__` in the arguments of a call, at any depth. */
function* tensorsIn(value: unknown): Generator<{ name: string; shape: Shape | null }> {
  if (Array.isArray(value)) {
    for (const item of value) yield* tensorsIn(item);
  } else if (isConfig(value)) {
    const config = value['config'];
    if (value['class_name'] === '__keras_tensor__' && isConfig(config)) {
      const history = config['keras_history'];
      const shape = Array.isArray(config['shape']) ? (config['shape'] as Shape) : null;
      if (Array.isArray(history)) yield { name: String(history[0]), shape };
    } else {
      for (const item of Object.values(value)) yield* tensorsIn(item);
    }
  }
}

function recordsOf(value: unknown): Config[] {
  return Array.isArray(value) ? value.filter(isConfig) : [];
}

function isConfig(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
