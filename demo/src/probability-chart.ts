// Ten bars with a model's probability of each digit.
import { html } from './dom.js';

const digits = Array.from({ length: 10 }, (_, digit) => digit);

export class ProbabilityChart {
  readonly element: HTMLElement;
  readonly #verdict = html('p', { class: 'verdict', role: 'status' });
  readonly #rows = digits.map((digit) => {
    const bar = html('span', { class: 'bar' });
    const number = html('span', { class: 'number' });
    const track = html('span', { class: 'track', 'aria-hidden': 'true' }, bar);
    const row = html('li', {}, html('span', { class: 'digit' }, String(digit)), track, number);
    return { row, bar, number };
  });

  constructor() {
    const list = html('ol', { class: 'bars' }, ...this.#rows.map(({ row }) => row));
    this.element = html('div', { class: 'chart' }, this.#verdict, list);
    this.clear('');
  }

  clear(reason: string): void {
    this.#verdict.textContent = reason;
    this.#verdict.removeAttribute('data-right');
    this.element.classList.add('empty');
    for (const { row, bar, number } of this.#rows) {
      bar.style.width = '0';
      number.textContent = '';
      row.classList.remove('best');
      row.removeAttribute('data-probability');
    }
  }

  /** `label` is the correct digit, if known. */
  show(probabilities: readonly number[], label: number | null): void {
    const best = probabilities.indexOf(Math.max(...probabilities));
    this.element.classList.remove('empty');
    this.#rows.forEach(({ row, bar, number }, digit) => {
      const probability = probabilities[digit] ?? 0;
      bar.style.width = `${100 * probability}%`;
      number.textContent = percent(probability);
      row.classList.toggle('best', digit === best);
      row.setAttribute('data-probability', String(probability));
    });
    const said = `${best} (${percent(probabilities[best] ?? 0)})`;
    if (label === null) {
      this.#verdict.removeAttribute('data-right');
      this.#verdict.textContent = `It is a ${said}`;
    } else {
      this.#verdict.setAttribute('data-right', String(best === label));
      this.#verdict.textContent =
        best === label ? `Right: ${said}` : `Wrong: ${said}, it is a ${label}`;
    }
  }
}

export function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}
