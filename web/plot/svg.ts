// Draws a plot as SVG.
import type { Cell, SizedBox } from './box_size.js';
import { layout, type Layout, type Placed, type Point } from './layout.js';
import type { DrawOptions, PlotGraph, Splines } from './plot_graph.js';

const margin = 8;
const clusterTop = 22;

/** The text of an SVG file. Names are escaped: names from a file cannot become elements. */
export function drawSvg(graph: PlotGraph, { rankdir, splines, dpi }: DrawOptions): string {
  const plan = layout(graph, rankdir);
  const isVertical = rankdir === 'TB' || rankdir === 'BT';
  const parts = [
    ...plan.clusters.map(cluster),
    ...plan.edges.map((points) => edge(points, splines, isVertical)),
    ...plan.boxes.map(({ x, y, sized }) => box(sized, { x, y })),
  ];
  const [left, top, width, height] = frame(plan);
  const pixels = (points: number) => round((points * dpi) / 72);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${pixels(width)}" height="${pixels(height)}" viewBox="${[left, top, width, height].map(round).join(' ')}" font-family="Helvetica, Arial, sans-serif">`,
    '<defs><marker id="arrow" viewBox="0 0 10 8" refX="9" refY="4" markerWidth="10" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L10 4L0 8z"/></marker></defs>',
    `<rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" fill="white"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function frame(plan: Layout): [left: number, top: number, width: number, height: number] {
  const top = plan.clusters.length > 0 ? clusterTop : 0;
  return [-margin, -margin - top, plan.width + 2 * margin, plan.height + top + 2 * margin];
}

const round = (value: number): number => Math.round(value * 100) / 100;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

// XML has no other control characters than tabs and line breaks.
const escaped = (text: string): string =>
  text

    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (character) => entities[character]!);

function cluster({ x, y, width, height, name }: Placed & { name: string }): string {
  const rect = `<rect x="${round(x)}" y="${round(y - clusterTop / 2)}" width="${round(width)}" height="${round(height + clusterTop / 2)}" fill="none" stroke="black" stroke-dasharray="5 2"/>`;
  return `${rect}<text x="${round(x + 6)}" y="${round(y - clusterTop / 2 + 14)}" font-size="14">${escaped(name)}</text>`;
}

function box({ box: { id }, rows, rowHeight, width, height }: SizedBox, at: Point): string {
  const cells = rows.flatMap((row, i) => {
    let x = at.x;
    return row.map((each) => {
      const text = cell(each, x, at.y + i * rowHeight, rowHeight);
      x += each.width;
      return text;
    });
  });
  const border = `<rect x="${round(at.x)}" y="${round(at.y)}" width="${round(width)}" height="${round(height)}" fill="none" stroke="black"/>`;
  return `<g data-layer="${escaped(id)}">${cells.join('')}${border}</g>`;
}

function cell({ runs, fontSize, fill, color, width }: Cell, x: number, y: number, height: number) {
  const rect = `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}" stroke="black"/>`;
  const spans = runs.map(({ text, isBold }) =>
    isBold ? `<tspan font-weight="bold">${escaped(text)}</tspan>` : escaped(text),
  );
  const middle = `x="${round(x + width / 2)}" y="${round(y + height / 2 + fontSize * 0.35)}"`;
  return `${rect}<text ${middle} font-size="${fontSize}" text-anchor="middle" fill="${color}" xml:space="preserve">${spans.join('')}</text>`;
}

function edge(points: readonly Point[], splines: Splines, isVertical: boolean): string {
  return `<path d="${pathOf(points, splines, isVertical)}" fill="none" stroke="black" stroke-width="2" marker-end="url(#arrow)"/>`;
}

function pathOf(points: readonly Point[], splines: Splines, isVertical: boolean): string {
  const first = points[0]!;
  const last = points.at(-1)!;
  switch (splines) {
    case 'line':
      return `M${at(first)}L${at(last)}`;
    case 'polyline':
      return `M${points.map(at).join('L')}`;
    case 'ortho':
      return `M${rightAngled(points, isVertical).map(at).join('L')}`;
    default:
      return curve(points);
  }
}

const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;

// Each step first goes half of the way along the ranks, then across, then the other half.
function rightAngled(points: readonly Point[], isVertical: boolean): Point[] {
  const corners: Point[] = [points[0]!];
  points.slice(1).forEach((to, i) => {
    const from = points[i]!;
    const half = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    if (isVertical) corners.push({ x: from.x, y: half.y }, { x: to.x, y: half.y }, to);
    else corners.push({ x: half.x, y: from.y }, { x: half.x, y: to.y }, to);
  });
  return corners;
}

// A quadratic curve around each inner point, from the middle of the line before it to the middle of the line after it.
function curve(points: readonly Point[]): string {
  const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const turns = points.slice(1, -1).map((point, i) => {
    const next = points[i + 2]!;
    const end = i === points.length - 3 ? next : middle(point, next);
    return `Q${at(point)} ${at(end)}`;
  });
  return `M${at(points[0]!)}${turns.join('') || `L${at(points.at(-1)!)}`}`;
}
