// Numbers and summaries of both models, and their difference as text.
import { sides, type Side } from '../charts/output-chart.js';
import { byId, html } from '../dom.js';
import { shapeText, type ModelView, type Port } from '../types.js';

/** What is counted, and its values in the original and the clone. */
export type FactRow = readonly [name: string, original: string, clone: string];

export class Numbers {
  readonly #table = byId('numbers', HTMLTableSectionElement);
  readonly #difference = byId('difference', HTMLElement);
  readonly #summaries: Record<Side, HTMLElement> = {
    original: byId('summary-original', HTMLElement),
    clone: byId('summary-clone', HTMLElement),
  };

  /** The rows of the table. */
  rows(original: ModelView, clone: ModelView | null): FactRow[] {
    const [before, after] = [factsOf(original), clone ? factsOf(clone) : {}];
    return Object.entries(before).map(([name, value]) => [name, value, after[name] ?? '']);
  }

  show(original: ModelView, clone: ModelView | null, difference: string): void {
    const views = { original, clone };
    const rows = this.rows(original, clone).map(([name, ...values]) =>
      html(
        'tr',
        { 'data-fact': name.toLowerCase() },
        html('th', { scope: 'row' }, name),
        ...values.map((value, i) => html('td', { 'data-side': sides[i]! }, value)),
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
