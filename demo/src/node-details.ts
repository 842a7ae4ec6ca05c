// The config of the selected box, shown over the graph.
import { changedKeys } from './diff.js';
import { html } from './dom.js';
import { shapeText, type GraphNode } from './types.js';

export class NodeDetails {
  readonly element = html('section', { class: 'details', 'aria-label': 'Config', hidden: true });

  constructor(closed: () => void) {
    this.element.addEventListener('click', ({ target }) => {
      if (target instanceof Element && target.closest('button.close')) closed();
    });
    this.element.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') closed();
    });
  }

  /** `other` is the same layer in the other model; differing values are marked. */
  show(node: GraphNode | undefined, other: GraphNode | undefined): void {
    this.element.hidden = node === undefined;
    if (!node) return this.element.replaceChildren();
    const different = new Set(other ? changedKeys(other, node) : []);
    const facts = [
      ['output', node.shapes.map(shapeText).join(', ')],
      ['parameters', node.parameters.toLocaleString('en')],
    ].filter(([, value]) => value);
    const close = html('button', { type: 'button', class: 'close', 'aria-label': 'Close' }, '×');
    this.element.replaceChildren(
      html('header', {}, html('h4', {}, `${node.className} `, html('small', {}, node.name)), close),
      html(
        'dl',
        {},
        ...facts.flatMap(([name, value]) => [html('dt', {}, name!), html('dd', {}, value!)]),
      ),
      html('dl', { class: 'config' }, ...configRows(node, different)),
    );
  }
}

function configRows(node: GraphNode, different: ReadonlySet<string>): HTMLElement[] {
  // The layers of a nested model are in the graph.
  const entries = Object.entries(node.config).filter(([key]) => !(node.inner && key === 'layers'));
  return entries.flatMap(([key, value]) => {
    const mark = different.has(key) ? 'different' : null;
    const text = html('code', {}, valueText(value));
    return [html('dt', { class: mark }, key), html('dd', { class: mark }, text)];
  });
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
