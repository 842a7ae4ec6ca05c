// One level laid out by dagre: few crossings, but its time grows fast with the number of boxes.
import { Graph, layout as runDagre } from '@dagrejs/dagre';
import type { Layout, LayoutInput, Point } from './types.js';

export function layoutByDagre({ boxes, edges }: LayoutInput): Layout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 22, edgesep: 16 });
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  edges.forEach(({ from, to, labelWidth, labelHeight }, i) => {
    const label = { width: labelWidth, height: labelHeight, labelpos: 'c', minlen: 1 };
    graph.setEdge(from, to, label, String(i));
  });
  runDagre(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    boxes: boxes.map((box) => {
      const { x, y } = graph.node(box.id) as Point;
      const { id, width, height } = box;
      return { id, width, height, x: x - width / 2, y: y - height / 2 };
    }),
    edges: edges.map(({ from, to, text }, i) => {
      const edge = graph.edge(from, to, String(i)) as { points: Point[] } & Partial<Point>;
      const middle = edge.points[Math.floor(edge.points.length / 2)]!;
      return { text, points: edge.points, label: { x: edge.x ?? middle.x, y: edge.y ?? middle.y } };
    }),
  };
}
