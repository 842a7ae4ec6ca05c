// Numbers and summaries of both models, and their difference as text.
import { sides, type Side } from '../charts/output-chart.js';
import { byId, html } from '../dom.js';
import { shapeText, type ModelView, type Port } from '../types.js';

export class Numbers {
  readonly #table = byId('numbers', HTMLTableSectionElement);
  readonly #difference = byId('difference', HTMLElement);
  readonly #summaries: Record<Side, HTMLElement> = {
    original: byId('summary-original', HTMLElement),
    clone: byId('summary-clone', HTMLElement),
  };

  show(original: ModelView, clone: ModelView | null, difference: string): void {
    const views = { original, clone };
    const names = Object.keys(factsOf(original));
    const facts = sides.map((side) => (views[side] ? factsOf(views[side]) : {}));
    const rows = names.map((name) =>
      html(
        'tr',
        { 'data-fact': name.toLowerCase() },
        html('th', { scope: 'row' }, name),
        ...facts.map((side, i) => html('td', { 'data-side': sides[i]! }, side[name] ?? '')),
      ),
    );
    this.#table.replaceChildren(...rows);
    this.#difference.textContent = difference;
    for (const side of sides) this.#summaries[side].textContent = views[side]?.summary ?? '';
  }
}

function factsOf(view: ModelView): Readonly<Record<string, string>> {
  const count = (value: number) => value.toLocaleString('en');
  const ports = (list: readonly Port[]) => list.map(({ shape }) => shapeText(shape)).join(', ');
  return {
    Name: view.name,
    Class: view.className,
    Layers: count(view.layerCount),
    Parameters: count(view.parameters),
    Trainable: count(view.trainableParameters),
    Input: ports(view.inputs),
    Output: ports(view.outputs),
  };
}
