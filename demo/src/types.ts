// Types shared by the parts of the page: plain data, no objects of the library.

export type Shape = readonly (number | null)[];

/** A shape as Keras prints it: `(None, 8, 8, 1)`. */
export function shapeText(shape: Shape): string {
  const sizes = shape.map((size) => (size === null ? 'None' : String(size)));
  return sizes.length === 1 ? `(${sizes[0]},)` : `(${sizes.join(', ')})`;
}

/** A box of a drawn model: a layer, an operation or a nested model. */
export interface GraphNode {
  /** Names of the box and the models around it, outermost first, joined by '/': unique in the drawing. */
  path: string;
  name: string;
  className: string;
  parameters: number;
  shapes: readonly Shape[];
  /** The layers of a nested model, or of a repeated block. */
  inner?: Graph;
  /** Number of layers of a repeated block, which is a box of the drawing but not a layer. */
  blockOf?: number;
}

/** A tensor that one box of a graph passes to another. `from` and `to` are paths. */
export interface GraphEdge {
  from: string;
  to: string;
  shape: Shape | null;
}

/** A block of `period` nodes that a graph repeats: the nodes from `start`, `length` in total. */
export interface Repeat {
  start: number;
  length: number;
  period: number;
}

export interface Graph {
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
  repeats: readonly Repeat[];
  /** Equal for graphs that are drawn alike. */
  key: string;
}

/** An input or output of a model. */
export interface Port {
  name: string;
  shape: Shape;
  dtype: string;
}

/** Everything that the page shows about a model. */
export interface ModelView {
  id: number;
  name: string;
  className: string;
  layerCount: number;
  parameters: number;
  trainableParameters: number;
  summary: string;
  graph: Graph;
  inputs: readonly Port[];
  outputs: readonly Port[];
}

/** What an edit did to a layer; `weights` alone when only values of weights differ. */
export type Change = 'added' | 'removed' | 'changed' | 'rewired' | 'weights';

export const changeKinds: readonly Change[] = ['added', 'removed', 'changed', 'rewired', 'weights'];

/** The differences of a clone, by path of the layer; unchanged layers are omitted. */
export interface Difference {
  original: ReadonlyMap<string, Change>;
  clone: ReadonlyMap<string, Change>;
  /** Paths in the original of layers that have another path in the clone, by path in the clone. */
  was: ReadonlyMap<string, string>;
  /** `diffModels` as text. */
  text: string;
}

/** Values of one input or output, in row-major order. */
export interface Values {
  values: ArrayLike<number>;
  shape: readonly number[];
  /** In place of `values`, for inputs of strings. */
  strings?: readonly string[];
}

/** Mean and standard deviation of an output over several runs. */
export interface Spread extends Values {
  deviation: Float64Array;
  runs: number;
}

export interface LayerTime {
  path: string;
  className: string;
  /** In ms, the median of several runs. */
  time: number;
}

/** How long a model takes, in ms. */
export interface Times {
  latencies: Float64Array;
  /** How many predictions each of the latencies is the mean of. */
  together: number;
  layers: readonly LayerTime[];
}

/** What the details of a layer show beside the graph. */
export interface LayerInfo {
  config: Readonly<Record<string, unknown>>;
  weights: readonly WeightView[];
}

/** A weight of a layer, for its histogram. */
export interface WeightView {
  name: string;
  shape: readonly number[];
  dtype: string;
  /** Counts of values in bins of equal width from `low` to `high`. */
  bins: readonly number[];
  low: number;
  high: number;
}

/** Yields all boxes of a graph; boxes of nested models follow their model. */
export function* allNodes(graph: Graph): Generator<GraphNode> {
  for (const node of graph.nodes) {
    yield node;
    if (node.inner) yield* allNodes(node.inner);
  }
}
