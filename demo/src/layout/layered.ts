// Lays out one level in linear time, for large models: each box is one row below the lowest of its inputs.
import { route } from './lanes.js';
import type { Layout, LayoutBox, LayoutEdge, LayoutInput, PlacedBox } from './types.js';

const gapX = 28;
const gapY = 64;

export function layoutByLayers({ boxes, edges }: LayoutInput): Layout {
  const rows = rowsOf(boxes, edges);
  const rowWidth = (row: LayoutBox[]) =>
    row.reduce((sum, box) => sum + box.width, gapX * (row.length - 1));
  const width = Math.max(0, ...rows.map(rowWidth));
  const placed = new Map<string, PlacedBox>();
  const rowOf = new Map<string, number>();
  let y = 0;
  rows.forEach((row, i) => {
    const height = Math.max(...row.map((box) => box.height));
    let x = (width - rowWidth(row)) / 2;
    for (const { id, width: w, height: h } of row) {
      placed.set(id, { id, width: w, height: h, x, y: y + (height - h) / 2 });
      rowOf.set(id, i);
      x += w + gapX;
    }
    y += height + gapY;
  });
  const ends = edges.map((edge) => ({
    edge,
    from: placed.get(edge.from)!,
    to: placed.get(edge.to)!,
    rows: [rowOf.get(edge.from)!, rowOf.get(edge.to)!] as const,
  }));
  const routed = route(ends, width);
  return {
    width: Math.max(width, routed.right),
    height: Math.max(0, y - gapY),
    boxes: boxes.map(({ id }) => placed.get(id)!),
    edges: routed.edges,
  };
}

// Kahn's algorithm. A layer called on its own output makes a cycle; boxes in cycles keep the given order.
function rowsOf(boxes: LayoutBox[], edges: LayoutEdge[]): LayoutBox[][] {
  const next = new Map<string, string[]>(boxes.map(({ id }) => [id, []]));
  const waiting = new Map<string, number>(boxes.map(({ id }) => [id, 0]));
  for (const { from, to } of edges) {
    next.get(from)!.push(to);
    waiting.set(to, waiting.get(to)! + 1);
  }
  const level = new Map<string, number>();
  const ready: string[] = [];
  const settle = (id: string, at: number) => {
    if (level.has(id)) return;
    level.set(id, at);
    ready.push(id);
  };
  const reached = new Map<string, number>();
  const drain = () => {
    for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
      for (const to of next.get(id)!) {
        reached.set(to, Math.max(reached.get(to) ?? 0, level.get(id)! + 1));
        waiting.set(to, waiting.get(to)! - 1);
        if (waiting.get(to) === 0) settle(to, reached.get(to)!);
      }
    }
  };
  for (const { id } of boxes) if (waiting.get(id) === 0) settle(id, 0);
  drain();
  for (const { id } of boxes) {
    settle(id, reached.get(id) ?? 0);
    drain();
  }
  const rows: LayoutBox[][] = [];
  for (const box of boxes) (rows[level.get(box.id)!] ??= []).push(box);
  return rows.filter((row) => row !== undefined);
}
