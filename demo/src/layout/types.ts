// Types of the layout, which runs in a Worker: sizes go in, positions come out.

/** A box to place. An expanded nested model includes its contents and gets its size from them. */
export interface LayoutBox {
  id: string;
  width: number;
  height: number;
  inner?: LayoutInput;
}

export interface LayoutEdge {
  from: string;
  to: string;
  text: string;
  labelWidth: number;
  labelHeight: number;
}

export interface LayoutInput {
  boxes: LayoutBox[];
  edges: LayoutEdge[];
}

export interface Point {
  x: number;
  y: number;
}

/** `x` and `y` are the upper left corner, relative to the whole drawing. */
export interface PlacedBox extends Point {
  id: string;
  width: number;
  height: number;
}

/** `label` is the middle of the label with this `text`. */
export interface PlacedEdge {
  text: string;
  points: Point[];
  label: Point;
}

/** Boxes of all levels; an expanded model precedes its contents. */
export interface Layout {
  width: number;
  height: number;
  boxes: PlacedBox[];
  edges: PlacedEdge[];
}

/** Places the boxes and edges of one level, whose corner is (0, 0). */
export type LevelLayout = (input: LayoutInput) => Layout;

export function countBoxes({ boxes }: LayoutInput): number {
  return boxes.reduce((sum, box) => sum + 1 + (box.inner ? countBoxes(box.inner) : 0), 0);
}

export function countEdges({ boxes, edges }: LayoutInput): number {
  return boxes.reduce((sum, { inner }) => sum + (inner ? countEdges(inner) : 0), edges.length);
}
