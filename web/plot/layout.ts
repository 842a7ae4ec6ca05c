// Places the boxes and edges of a plot.
import { sizedBox, type SizedBox } from './box_size.js';
import { Graph, runDagre } from './dagre.js';
import type { PlotGraph, RankDirection } from './plot_graph.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** `x` and `y` are the upper left corner. */
export interface Placed extends Point {
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly (Placed & { readonly sized: SizedBox })[];
  /** Outer clusters precede inner ones. */
  readonly clusters: readonly (Placed & { readonly name: string })[];
  readonly edges: readonly (readonly Point[])[];
}

/** Beyond this number of boxes, the ranks that make edges shortest take too long to find. */
const manyBoxes = 250;

const clusterPrefix = 'cluster ';

/** The layout of a graph, in points; clusters surround their boxes. */
export function layout(graph: PlotGraph, rankdir: RankDirection): Layout {
  const boxes = new Map<string, SizedBox>();
  const clusters = new Map<string, string>();
  const drawing = new Graph({ compound: true });
  const edges: (readonly [string, string])[] = [];
  const add = (part: PlotGraph, parent: string | undefined) => {
    for (const box of part.boxes) {
      if (boxes.has(box.id)) continue; // a shared layer is drawn where it appears first
      const sized = sizedBox(box);
      boxes.set(box.id, sized);
      drawing.setNode(box.id, { width: sized.width, height: sized.height });
      if (parent !== undefined) drawing.setParent(box.id, parent);
    }
    for (const cluster of part.clusters) {
      const id = clusterPrefix + cluster.id;
      if (clusters.has(id)) continue;
      clusters.set(id, cluster.name);
      drawing.setNode(id, {});
      if (parent !== undefined) drawing.setParent(id, parent);
      add(cluster, id);
    }
    edges.push(...part.edges);
  };
  add(graph, undefined);
  const drawn = edges.filter(([from, to]) => boxes.has(from) && boxes.has(to));
  for (const [from, to] of drawn) drawing.setEdge(from, to, {});
  const ranker = boxes.size > manyBoxes ? 'longest-path' : 'network-simplex';
  drawing.setGraph({ rankdir, ranker, nodesep: 24, ranksep: 36, edgesep: 12 });
  runDagre(drawing);
  const { width = 0, height = 0 } = drawing.graph();
  return {
    width,
    height,
    boxes: [...boxes].map(([id, sized]) => ({ ...placed(drawing.node(id)), sized })),
    clusters: [...clusters].map(([id, name]) => ({ ...placed(drawing.node(id)), name })),
    edges: drawn.map(([from, to]) => {
      const { points } = drawing.edge(from, to);
      const ends = { from: placed(drawing.node(from)), to: placed(drawing.node(to)) };
      return attached(points, ends, rankdir);
    }),
  };
}

/** Least distance of the end of an edge from a corner. */
const cornerGap = 12;

// Edges leave a box where its rank ends and enter one where its rank begins, not at the sides.
function attached(
  points: readonly Point[],
  { from, to }: { from: Placed; to: Placed },
  rankdir: RankDirection,
): Point[] {
  const isVertical = rankdir === 'TB' || rankdir === 'BT';
  const isForward = rankdir === 'TB' || rankdir === 'LR';
  const near = (value: number, start: number, size: number) =>
    Math.min(Math.max(value, start + cornerGap), start + size - cornerGap);
  const on = (box: Placed, point: Point, isEnd: boolean): Point =>
    isVertical
      ? { x: near(point.x, box.x, box.width), y: box.y + (isEnd ? box.height : 0) }
      : { x: box.x + (isEnd ? box.width : 0), y: near(point.y, box.y, box.height) };
  return [
    on(from, points[0]!, isForward),
    ...points.slice(1, -1),
    on(to, points.at(-1)!, !isForward),
  ];
}

// dagre gives the centers.
function placed({ x, y, width, height }: Placed): Placed {
  return { x: x - width / 2, y: y - height / 2, width, height };
}
