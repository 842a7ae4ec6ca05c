// The differences of a clone: layers that were added, removed or changed.
import { allNodes, type Graph, type GraphNode } from './types.js';

export type Change = 'added' | 'removed' | 'changed';

export interface Difference {
  /** By path; unchanged boxes are omitted. */
  original: ReadonlyMap<string, Change>;
  clone: ReadonlyMap<string, Change>;
}

export const noDifference: Difference = { original: new Map(), clone: new Map() };

/** Layers are matched by path. A nested model counts as changed if one of its layers does. */
export function compare(original: Graph, clone: Graph): Difference {
  const [before, after] = [byPath(original), byPath(clone)];
  const difference = { original: new Map<string, Change>(), clone: new Map<string, Change>() };
  for (const [path, node] of before) {
    const other = after.get(path);
    if (!other) {
      difference.original.set(path, 'removed');
    } else if (node.className !== other.className || changedKeys(node, other).length > 0) {
      difference.original.set(path, 'changed');
      difference.clone.set(path, 'changed');
    }
  }
  for (const path of after.keys()) if (!before.has(path)) difference.clone.set(path, 'added');
  return difference;
}

/** The config keys whose values differ. */
export function changedKeys(before: GraphNode, after: GraphNode): string[] {
  const keys = new Set([...Object.keys(before.config), ...Object.keys(after.config)]);
  return [...keys].filter((key) => canonical(before.config[key]) !== canonical(after.config[key]));
}

/** For example "2 added, 1 changed". */
export function differenceText({ original, clone }: Difference): string {
  const changes = [...clone.values(), ...[...original.values()].filter((c) => c === 'removed')];
  const parts = (['added', 'removed', 'changed'] as const)
    .map((kind) => [changes.filter((change) => change === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${kind}`);
  return parts.length ? `Layers: ${parts.join(', ')}` : 'Every layer has the same config';
}

function byPath(graph: Graph): Map<string, GraphNode> {
  return new Map([...allNodes(graph)].map((node) => [node.path, node]));
}

// Records number shared objects (`shared_object_id`); the numbers do not describe the layer.
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (key, item: unknown) =>
      key === 'shared_object_id' ? undefined : item,
    ) ?? ''
  );
}
