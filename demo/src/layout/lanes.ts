// Lines between the rows of a layered drawing. Lines that skip rows run beside them in separate lanes; straight lines
// would be hidden behind the boxes between.
import type { LayoutEdge, PlacedBox, PlacedEdge, Point } from './types.js';

/** A line to draw: its boxes and their rows. */
export interface EdgeEnds {
  edge: LayoutEdge;
  from: PlacedBox;
  to: PlacedBox;
  rows: readonly [from: number, to: number];
}

const laneWidth = 16;
/** Distance above or below a box at which a line turns into its lane. */
const turn = 24;

/** Routes the edges. `width` is the width of the rows; `right` in the result is the end of the outermost lane. */
export function route(
  ends: readonly EdgeEnds[],
  width: number,
): { edges: PlacedEdge[]; right: number } {
  const lanes = lanesOf(ends);
  const offsets = offsetsOf(ends);
  const widest = ends.reduce((most, { edge }) => Math.max(most, edge.labelWidth), 0);
  const beside = width + widest / 2 + laneWidth;
  let right = 0;
  const edges = ends.map((end, i) => {
    const { from, to, edge } = end;
    const start = { x: from.x + from.width / 2 + offsets[i]!, y: from.y + from.height };
    const finish = { x: to.x + to.width / 2 + offsets[i]!, y: to.y };
    const lane = lanes[i];
    if (lane === undefined) {
      const label = { x: (start.x + finish.x) / 2, y: (start.y + finish.y) / 2 };
      return { text: edge.text, points: [start, label, finish], label };
    }
    const x = beside + lane * laneWidth;
    right = Math.max(right, x + edge.labelWidth / 2);
    return throughLane(edge.text, start, finish, x);
  });
  return { edges, right };
}

function throughLane(text: string, start: Point, finish: Point, x: number): PlacedEdge {
  const [top, bottom] = [start.y + turn, finish.y - turn];
  const label = { x, y: (top + bottom) / 2 };
  const points = [start, { x: start.x, y: top }, { x, y: top }, label, { x, y: bottom }];
  return { text, points: [...points, { x: finish.x, y: bottom }, finish], label };
}

// A lane is free again after its last line ends. Undefined for lines to the next row, which need no lane.
function lanesOf(ends: readonly EdgeEnds[]): (number | undefined)[] {
  const lanes = new Array<number | undefined>(ends.length).fill(undefined);
  const span = ({ rows }: EdgeEnds) => [Math.min(...rows), Math.max(...rows)] as const;
  const long = ends.flatMap((end, i) => (end.rows[1] - end.rows[0] === 1 ? [] : [i]));
  long.sort((a, b) => span(ends[a]!)[0] - span(ends[b]!)[0] || a - b);
  const busyUntil: number[] = [];
  for (const i of long) {
    const [first, last] = span(ends[i]!);
    const free = busyUntil.findIndex((end) => end <= first);
    const lane = free < 0 ? busyUntil.length : free;
    busyUntil[lane] = last;
    lanes[i] = lane;
  }
  return lanes;
}

// Lines between the same two boxes run side by side.
function offsetsOf(ends: readonly EdgeEnds[]): number[] {
  const groups = new Map<string, number[]>();
  ends.forEach(({ edge }, i) => {
    const key = JSON.stringify([edge.from, edge.to]);
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  });
  const offsets = new Array<number>(ends.length).fill(0);
  for (const group of groups.values()) {
    const { from, to } = ends[group[0]!]!;
    const step = Math.min(from.width, to.width) / (group.length + 1);
    group.forEach((i, k) => (offsets[i] = (k - (group.length - 1) / 2) * step));
  }
  return offsets;
}
