// The selected layer: its config, shapes and weights in both models, next to each other.
import { drawScale, heatMap, scaleOf, type Scale } from '../charts/heat-map.js';
import { drawHistograms } from '../charts/histogram.js';
import { listOf, sides, type Side } from '../charts/output-chart.js';
import { html } from '../dom.js';
import { shapeText, type GraphNode, type LayerInfo, type Values } from '../types.js';

/** A layer in one of the models; null where it does not exist. */
export interface LayerSide extends LayerInfo {
  node: GraphNode;
}

/** What a layer returns for the input on display: its outputs, or why there are none. */
export type Activations = readonly Values[] | string;

export class LayerDetails {
  readonly #activations = html('div', { class: 'activations' });
  readonly element = html('section', {
    ...{ class: 'details', 'aria-label': 'Details of the layer', tabindex: 0, hidden: true },
  });

  constructor(closed: () => void) {
    this.element.addEventListener('click', ({ target }) => {
      if (target instanceof Element && target.closest('button.close')) closed();
    });
    this.element.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') closed();
    });
  }

  show(original: LayerSide | null, clone: LayerSide | null): void {
    const some = clone ?? original;
    this.element.hidden = some === null;
    this.#activations.replaceChildren();
    if (!some) return this.element.replaceChildren();
    const { className, name } = some.node;
    const close = html('button', { type: 'button', class: 'close', 'aria-label': 'Close' }, '×');
    this.element.replaceChildren(
      html('header', {}, html('h3', {}, `${className} `, html('small', {}, name)), close),
      this.#activations,
      table(original, clone),
      ...weightRows(original, clone),
    );
  }

  /** Shows what the layer returns in each model, in the same colours; null where it does not exist. */
  showActivations(pair: Readonly<Record<Side, Activations | null>>): void {
    const given = sides.map((side) => (Array.isArray(pair[side]) ? pair[side] : []));
    const scale = scaleOf(given.flat());
    const columns = sides.map((side) =>
      html('div', { 'data-side': side }, ...picturesOf(side, pair[side], scale)),
    );
    const hasPictures = given.some((values) => values.length > 0);
    this.#activations.replaceChildren(
      html('h4', {}, 'Output for the input on display'),
      html('div', { class: 'beside' }, ...columns),
      ...(hasPictures ? [drawScale(scale)] : []),
    );
  }
}

function picturesOf(side: Side, given: Activations | null, scale: Scale): HTMLElement[] {
  if (given === null) return [html('p', { class: 'hint' }, `${side}: no such layer`)];
  if (typeof given === 'string') return [html('p', { class: 'hint' }, `${side}: ${given}`)];
  return given.map((values, i) => {
    const name = given.length > 1 ? `${side}, call or output ${i + 1}` : side;
    if (!values.strings) return heatMap(name, values, scale);
    return html('p', { class: 'strings' }, `${name}: ${listOf(values.strings)}`);
  });
}

function table(original: LayerSide | null, clone: LayerSide | null): HTMLElement {
  const sides = [original, clone].map((side) => (side ? valuesOf(side) : null));
  const keys = new Set(sides.flatMap((values) => (values ? [...values.keys()] : [])));
  const rows = [...keys].map((key) => {
    const [before, after] = sides.map((values) => values?.get(key) ?? '');
    const isDifferent = original !== null && clone !== null && before !== after;
    return html(
      'tr',
      { class: isDifferent ? 'different' : null, 'data-key': key },
      html('th', { scope: 'row' }, key),
      html('td', {}, html('code', {}, ...breakable(before!))),
      html('td', {}, html('code', {}, ...breakable(after!))),
    );
  });
  const heads = ['', 'Original', 'Clone'].map((text) =>
    text ? html('th', { scope: 'col' }, text) : html('td', {}),
  );
  return html('table', {}, html('thead', {}, html('tr', {}, ...heads)), html('tbody', {}, ...rows));
}

// The text with places to break lines after punctuation, so that narrow columns do not break words.
const breakable = (text: string): (Node | string)[] =>
  text.split(/(?<=[(=,[_])(?=\w|["'])/).flatMap((part) => [part, html('wbr')]);

function valuesOf({ node, config }: LayerSide): Map<string, string> {
  const values = new Map([
    ['class', node.className],
    ['output', node.shapes.map(shapeText).join(', ')],
    ['parameters', node.parameters.toLocaleString('en')],
  ]);
  for (const [key, value] of Object.entries(config)) {
    // The layers of a nested model are in the graph.
    if (!(node.inner && key === 'layers')) values.set(key, valueText(value));
  }
  return values;
}

// A record such as an initializer's is shown as `GlorotUniform(seed=null, ...)`, a dtype policy's as its name.
function valueText(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'class_name' in value && 'config' in value) {
    const config = (value.config ?? {}) as Record<string, unknown>;
    if (value.class_name === 'DTypePolicy') return JSON.stringify(config['name']);
    const fields = Object.entries(config).map(([key, item]) => `${key}=${valueText(item)}`);
    return `${String(value.class_name)}(${fields.join(', ')})`;
  }
  return JSON.stringify(value) ?? 'undefined';
}

function weightRows(original: LayerSide | null, clone: LayerSide | null): HTMLElement[] {
  const count = Math.max(original?.weights.length ?? 0, clone?.weights.length ?? 0);
  return Array.from({ length: count }, (_, i) => {
    const pair = [original?.weights[i], clone?.weights[i]] as const;
    const { name, shape, dtype } = (pair[1] ?? pair[0])!;
    return html(
      'figure',
      { class: 'weight', 'data-weight': name },
      html('figcaption', {}, html('code', {}, name), ` (${shape.join(', ')}) ${dtype}`),
      drawHistograms(pair[0], pair[1]),
    );
  });
}
