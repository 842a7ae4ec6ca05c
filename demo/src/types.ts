// The words that the page's parts share: plain data, nothing that lives in the library.

export type Shape = readonly (number | null)[];

/** A shape as Keras prints it: `(None, 8, 8, 1)`. */
export function shapeText(shape: Shape): string {
  const sizes = shape.map((size) => (size === null ? 'None' : String(size)));
  return sizes.length === 1 ? `(${sizes[0]},)` : `(${sizes.join(', ')})`;
}

/** A box of a drawn model: a layer, an operation or a nested model. */
export interface GraphNode {
  /** Names from the outermost model inwards, joined by '/': what tells it from all others. */
  path: string;
  name: string;
  className: string;
  config: Readonly<Record<string, unknown>>;
  parameters: number;
  shapes: readonly Shape[];
  /** The layers of a nested model. */
  inner?: Graph;
}

/** Data that flows from one box of a graph to another. `from` and `to` are paths. */
export interface GraphEdge {
  from: string;
  to: string;
  shape: Shape | null;
}

export interface Graph {
  nodes: readonly GraphNode[];
  edges: readonly GraphEdge[];
}

/** What a model takes or gives. */
export interface Port {
  name: string;
  shape: Shape;
  dtype: string;
}

/** Everything that the page shows of a model. */
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

/** Yields all boxes of a graph, those of nested models after their model's own. */
export function* allNodes(graph: Graph): Generator<GraphNode> {
  for (const node of graph.nodes) {
    yield node;
    if (node.inner) yield* allNodes(node.inner);
  }
}
