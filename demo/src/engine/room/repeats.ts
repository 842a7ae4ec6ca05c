// Finds blocks of layers that a model repeats, so that the drawing can fold them.
import type { GraphEdge, GraphNode, Repeat } from '../../types.js';

const longestPeriod = 64;
const [fewestTimes, fewestNodes] = [3, 6];

/** The repeats of a graph, in order and without overlaps. Nodes are alike when classes and relative inputs are. */
export function findRepeats(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Repeat[] {
  const kinds = kindsOf(nodes, edges);
  const found: Repeat[] = [];
  for (let start = 0; start < nodes.length;) {
    const best = longestAt(kinds, start);
    if (best) found.push(best);
    start += best?.length ?? 1;
  }
  return found;
}

function longestAt(kinds: readonly string[], start: number): Repeat | null {
  let best: Repeat | null = null;
  for (let period = 1; period <= longestPeriod; period++) {
    let end = start + period;
    while (end < kinds.length && kinds[end] === kinds[end - period]) end++;
    const times = Math.floor((end - start) / period);
    const length = times * period;
    const isRepeat = times >= fewestTimes && length >= fewestNodes;
    if (isRepeat && length > (best?.length ?? 0)) best = { start, length, period };
  }
  return best;
}

// The class, and how far before a node its inputs are.
function kindsOf(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): string[] {
  const index = new Map(nodes.map(({ path }, i) => [path, i]));
  const inputs: number[][] = nodes.map(() => []);
  for (const { from, to } of edges) {
    const at = index.get(to)!;
    inputs[at]!.push(at - index.get(from)!);
  }
  return nodes.map(
    ({ className, inner }, i) => `${className}${inner ? ' {}' : ''} ${inputs[i]!.sort().join()}`,
  );
}
