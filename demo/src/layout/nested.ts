// Lays out nested models: the contents of an expanded box first, which determine its size.
import type { Layout, LayoutBox, LayoutInput, LevelLayout, Point } from './types.js';

/** Margins around the contents of an expanded box; the top one holds its title. */
export const inset = { side: 16, top: 44, bottom: 16 };

export function layoutNested(input: LayoutInput, level: LevelLayout): Layout {
  const inside = new Map<string, Layout>();
  const boxes = input.boxes.map((box) => {
    if (!box.inner) return box;
    const layout = layoutNested(box.inner, level);
    inside.set(box.id, layout);
    return grown(box, layout);
  });
  const outer = level({ boxes, edges: input.edges });
  const all: Layout = { ...outer, boxes: [], edges: [...outer.edges] };
  for (const box of outer.boxes) {
    all.boxes.push(box);
    const layout = inside.get(box.id);
    if (!layout) continue;
    const corner = { x: box.x + (box.width - layout.width) / 2, y: box.y + inset.top };
    all.boxes.push(...layout.boxes.map((placed) => ({ ...placed, ...moved(placed, corner) })));
    all.edges.push(
      ...layout.edges.map((edge) => ({
        ...edge,
        points: edge.points.map((point) => moved(point, corner)),
        label: moved(edge.label, corner),
      })),
    );
  }
  return all;
}

function grown({ id, width }: LayoutBox, { width: inner, height }: Layout): LayoutBox {
  return {
    id,
    width: Math.max(width, inner + 2 * inset.side),
    height: height + inset.top + inset.bottom,
  };
}

function moved({ x, y }: Point, by: Point): Point {
  return { x: x + by.x, y: y + by.y };
}
