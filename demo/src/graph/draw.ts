// Draws a laid-out model as SVG. Each box is a tree item for keyboards and screen readers.
import { svg } from '../dom.js';
import { inset } from '../layout/nested.js';
import type { LayoutBox, LayoutInput, PlacedBox, PlacedEdge, Point } from '../layout/types.js';
import { textWidth } from './text-width.js';
import { changeKinds, shapeText, type Change, type Graph, type GraphNode } from '../types.js';

const boxHeight = 46;
const labelHeight = 18;
const labelFont = '12px';

export interface BoxState {
  /** 1 for a box that is in no other. */
  level: number;
  expanded: boolean;
  change: Change | undefined;
}

/** The sizes of boxes and labels that the layout needs. */
export function measure(graph: Graph, expanded: ReadonlySet<string>): LayoutInput {
  return {
    boxes: graph.nodes.map((node) => {
      const box: LayoutBox = { id: node.path, width: boxWidth(node), height: boxHeight };
      if (node.inner && expanded.has(node.path)) box.inner = measure(node.inner, expanded);
      return box;
    }),
    edges: graph.edges.map(({ from, to, shape }) => {
      const text = shape ? shapeText(shape) : '';
      return { from, to, text, labelWidth: textWidth(text, labelFont) + 8, labelHeight };
    }),
  };
}

export function drawBox(node: GraphNode, placed: PlacedBox, state: BoxState): SVGGElement {
  const { x, y, width, height } = placed;
  const isModel = node.inner !== undefined;
  const group = svg('g', {
    class: [
      'box',
      isModel ? 'model' : '',
      node.blockOf ? 'block' : '',
      state.expanded ? 'expanded' : '',
    ]
      .filter(Boolean)
      .join(' '),
    role: 'treeitem',
    tabindex: -1,
    'aria-level': state.level,
    'aria-selected': 'false',
    'aria-expanded': isModel ? String(state.expanded) : null,
    'data-path': node.path,
    'data-family': familyOf(node.className),
    transform: `translate(${x} ${y})`,
  });
  group.append(
    svg('title'),
    svg('rect', { width, height, rx: 7 }),
    svg('rect', { class: 'stripe', x: 6, y: 9, width: 4, height: boxHeight - 18, rx: 2 }),
    svg('text', { class: 'class-name', x: 18, y: 20 }),
    svg('text', { class: 'layer-name', x: 18, y: 36 }, node.name),
  );
  if (node.inner) group.append(toggle(width, state.expanded));
  markBox(group, node, state.change);
  return group;
}

/** Shows what an edit did to a layer; the sign before the class does not depend on colours. */
export function markBox(group: SVGGElement, node: GraphNode, change: Change | undefined): void {
  for (const kind of changeKinds) group.classList.toggle(kind, kind === change);
  group.querySelector('.class-name')!.textContent =
    (change ? `${signs[change]} ` : '') + node.className;
  group.querySelector('title')!.textContent = spoken(node, change); // also the name for screen readers
}

/** What precedes the class of a layer that an edit changed. */
export const signs: Readonly<Record<Change, string>> = {
  added: '+',
  removed: '−',
  changed: '≠',
  rewired: '↳',
  weights: '≈',
};

/** The line and the shape of its tensor. `arrow` is the id of its head. */
export function drawEdge({ text, points, label }: PlacedEdge, arrow: string): SVGGElement {
  const group = svg('g', { class: 'edge' });
  group.append(svg('path', { d: curve(points), 'marker-end': `url(#${arrow})` }));
  if (text) {
    const width = textWidth(text, labelFont) + 8;
    const place = { x: label.x - width / 2, y: label.y - 8, width, height: 16, rx: 4 };
    group.append(svg('rect', place));
    group.append(svg('text', { x: label.x, y: label.y + 4, 'text-anchor': 'middle' }, text));
  }
  return group;
}

/** The arrowhead that edges of a drawing refer to. Each drawing needs its own: browsers do not draw the arrowhead of a hidden drawing. */
export function arrowHead(id: string): SVGDefsElement {
  const shape = svg('path', { d: 'M0 0 L10 5 L0 10 z' });
  const size = { refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: 'auto' };
  return svg('defs', {}, svg('marker', { id, viewBox: '0 0 10 10', ...size }, shape));
}

function toggle(width: number, expanded: boolean): SVGGElement {
  const middle = { x: width - 20, y: inset.top / 2 };
  const bars = expanded ? 'M-5 0 H5' : 'M-5 0 H5 M0 -5 V5';
  return svg(
    'g',
    { class: 'toggle', transform: `translate(${middle.x} ${middle.y})` },
    svg('circle', { r: 10 }),
    svg('path', { d: bars }),
  );
}

// Straight segments with rounded corners.
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const last = rest.pop() ?? first;
  const parts = [`M${first.x} ${first.y}`];
  rest.forEach((point, i) => {
    const next = rest[i + 1];
    const end = next ? { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 } : last;
    parts.push(`Q${point.x} ${point.y} ${end.x} ${end.y}`);
  });
  return rest.length ? parts.join('') : `${parts[0]}L${last.x} ${last.y}`;
}

/** A change in words, after `the layer is`. */
export const changeWords: Readonly<Record<Change, string>> = {
  added: 'added',
  removed: 'removed',
  changed: 'changed',
  rewired: 'rewired',
  weights: 'weights changed',
};

function spoken(node: GraphNode, change?: Change): string {
  const { name, className, shapes, parameters, blockOf } = node;
  return [
    `${className} ${name}`,
    blockOf ? `repeated block of ${blockOf.toLocaleString('en')} layers` : '',
    shapes.length ? `output ${shapes.map(shapeText).join(', ')}` : '',
    parameters ? `${parameters.toLocaleString('en')} parameters` : '',
    change ? changeWords[change] : '',
  ]
    .filter(Boolean)
    .join(', ');
}

// Colours show the kind of layer.
function familyOf(className: string): string {
  const families: readonly [RegExp, string][] = [
    [/^InputLayer$/, 'input'],
    [/Conv/, 'convolution'],
    [/Pooling/, 'pooling'],
    [/Dropout|Noise|Regularization/, 'regularization'],
    [/Normalization|Rescaling/, 'normalization'],
    [/LSTM|GRU|RNN|Bidirectional|TimeDistributed/, 'recurrent'],
    [/Attention|Embedding/, 'attention'],
    [/^(Flatten|Reshape|Permute|RepeatVector|GetItem|Transpose|ExpandDims|Squeeze)$/, 'reshaping'],
    [/Dense/, 'dense'],
  ];
  return families.find(([pattern]) => pattern.test(className))?.[1] ?? 'other';
}

function boxWidth({ className, name, inner }: GraphNode): number {
  const text = Math.max(textWidth(`≠ ${className}`, '600 14px'), textWidth(name, '12px'));
  return Math.max(120, Math.ceil(text) + 34 + (inner ? 28 : 0));
}
