// One of the two columns: a model with its numbers, probabilities, graph and summary.
import type { Change } from './diff.js';
import { html } from './dom.js';
import { GraphView, type GraphViewEvents } from './graph-view.js';
import { NodeDetails } from './node-details.js';
import { percent, ProbabilityChart } from './probability-chart.js';
import { shapeText, type GraphNode, type ModelView, type Port } from './types.js';

export class ModelPanel {
  readonly chart = new ProbabilityChart();
  readonly graph: GraphView;
  readonly #element: HTMLElement;
  readonly #details: NodeDetails;
  readonly #name = html('p', { class: 'model-name' });
  readonly #facts = html('dl', { class: 'facts' });
  readonly #note = html('p', { class: 'note' });
  readonly #problem = html('div', { class: 'problem', role: 'alert', hidden: true });
  readonly #body: HTMLElement;
  readonly #summary = html('pre', { class: 'summary', tabindex: 0, role: 'region' });

  /** Fills an element that already contains at least a heading. */
  constructor(element: HTMLElement, title: string, events: GraphViewEvents) {
    this.#element = element;
    this.graph = new GraphView(`Graph of the ${title}`, events);
    this.#details = new NodeDetails(() => events.select(null));
    this.graph.element.append(this.#details.element);
    this.#summary.setAttribute('aria-label', `Summary of the ${title}`);
    this.#body = html(
      'div',
      { class: 'model-body', hidden: true },
      this.#name,
      this.#facts,
      this.#note,
      html('h3', {}, 'Probabilities'),
      this.chart.element,
      html('h3', {}, 'Graph'),
      this.graph.element,
      html('h3', {}, 'Summary'),
      this.#summary,
    );
    element.append(this.#problem, this.#body);
  }

  async show(view: ModelView, changes: ReadonlyMap<string, Change>, note: string): Promise<void> {
    this.#problem.hidden = true;
    this.#body.hidden = false;
    this.#element.classList.remove('empty');
    this.#name.replaceChildren(html('strong', {}, view.name), ` · ${view.className}`);
    this.#facts.replaceChildren(...factRows(view));
    this.#note.textContent = note;
    this.#summary.textContent = view.summary;
    this.choose(null, undefined);
    await this.graph.show(view.graph, changes);
  }

  /** Shows why there is no model. */
  fail(message: HTMLElement): void {
    this.#body.hidden = true;
    this.#problem.hidden = false;
    this.#problem.replaceChildren(message);
  }

  accuracy(right: number, count: number): void {
    this.#facts.querySelector('[data-fact=accuracy]')?.remove();
    const text = `${right} of ${count} right (${percent(right / count)})`;
    this.#facts.append(fact('Held-out digits', text, 'accuracy'));
  }

  /** Selects a box in the graph and shows its config. `other` is the config in the other model, for comparison. */
  choose(path: string | null, other: GraphNode | undefined): void {
    this.#details.show(path === null ? undefined : this.graph.node(path), other);
    const details = this.#details.element;
    this.graph.select(path, details.hidden ? 0 : details.offsetWidth);
  }
}

function factRows(view: ModelView): HTMLElement[] {
  const count = (value: number) => value.toLocaleString('en');
  const ports = (list: readonly Port[]) => list.map(({ shape }) => shapeText(shape)).join(', ');
  return [
    fact('Layers', count(view.layerCount), 'layers'),
    fact('Parameters', count(view.parameters), 'parameters'),
    fact('Trainable', count(view.trainableParameters), 'trainable'),
    fact('Input', ports(view.inputs), 'input'),
    fact('Output', ports(view.outputs), 'output'),
  ];
}

function fact(name: string, value: string, id: string): HTMLElement {
  return html('div', { 'data-fact': id }, html('dt', {}, name), html('dd', {}, value));
}
