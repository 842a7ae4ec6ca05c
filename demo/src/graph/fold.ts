// Folds the repeated blocks of a graph: each becomes one box, whose contents are its layers.
import type { Graph, GraphEdge, GraphNode, Repeat } from '../types.js';

/** Graphs with more boxes are folded unless the user decides otherwise. */
export const mostUnfolded = 800;

/** The graph with a box for each of its repeats, and so on in nested models. Layers keep their paths. */
export function fold(graph: Graph): Graph {
  const nodes = graph.nodes.map((node) =>
    node.inner ? { ...node, inner: fold(node.inner) } : node,
  );
  if (graph.repeats.length === 0) return { ...graph, nodes };
  const blockOf = new Map<string, GraphNode>();
  const innerEdges = new Map<GraphNode, GraphEdge[]>();
  const folded: GraphNode[] = [];
  let at = 0;
  for (const repeat of graph.repeats) {
    folded.push(...nodes.slice(at, repeat.start));
    at = repeat.start + repeat.length;
    const members = nodes.slice(repeat.start, at);
    const edges: GraphEdge[] = [];
    const block = blockNode(members, edges, repeat);
    innerEdges.set(block, edges);
    for (const { path } of members) blockOf.set(path, block);
    folded.push(block);
  }
  folded.push(...nodes.slice(at));
  return { ...graph, nodes: folded, edges: outerEdges(graph.edges, blockOf, innerEdges) };
}

/** How many boxes a graph has when everything in it is open. */
export function countNodes({ nodes }: Graph): number {
  return nodes.reduce((sum, { inner }) => sum + 1 + (inner ? countNodes(inner) : 0), 0);
}

export function hasRepeats({ nodes, repeats }: Graph): boolean {
  return repeats.length > 0 || nodes.some(({ inner }) => inner && hasRepeats(inner));
}

// Lines within a block are its own; of the others, those between the same boxes with the same shape become one.
function outerEdges(
  edges: readonly GraphEdge[],
  blockOf: ReadonlyMap<string, GraphNode>,
  innerEdges: ReadonlyMap<GraphNode, GraphEdge[]>,
): GraphEdge[] {
  const outer = new Map<string, GraphEdge>();
  edges.forEach((edge, i) => {
    const [from, to] = [blockOf.get(edge.from), blockOf.get(edge.to)];
    if (from && from === to) return innerEdges.get(from)!.push(edge);
    const moved = { ...edge, from: from?.path ?? edge.from, to: to?.path ?? edge.to };
    const key = from || to ? JSON.stringify(moved) : String(i);
    return outer.set(key, moved);
  });
  return [...outer.values()];
}

function blockNode(
  members: readonly GraphNode[],
  edges: readonly GraphEdge[],
  { length, period }: Repeat,
): GraphNode {
  const [first, last] = [members[0]!, members.at(-1)!];
  const owner = first.path.slice(0, first.path.length - first.name.length);
  const name = `${first.name} … ${last.name}`;
  const classes = members.slice(0, period).map(({ className }) => className);
  const what = period <= 2 ? classes.join(', ') : `${period} layers`;
  return {
    path: owner + name,
    name,
    className: `${length / period} × ${what}`,
    parameters: members.reduce((sum, { parameters }) => sum + parameters, 0),
    shapes: last.shapes,
    blockOf: length,
    inner: { nodes: members, edges, repeats: [], key: '' },
  };
}
