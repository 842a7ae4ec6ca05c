// A form made from the inputs of a model.
import { html } from '../dom.js';
import { type ModelView, type Port, type Values } from '../types.js';
import type { ExampleRows, Examples } from './examples.js';
import { digitFormat, type HeldOutDigits } from './held-out.js';
import { InputField } from './input-field.js';

export class InputForm {
  readonly element = html('div', { class: 'inputs' });
  /** The seed of random inputs and of random numbers in hooks. */
  readonly seedBox: HTMLElement;
  readonly #changed: () => void;
  readonly #fields = html('div', { class: 'fields' });
  readonly #seed = html('input', {
    ...{ type: 'number', id: 'seed', min: 0, max: 999999, step: 1, value: 1 },
  });
  readonly #example = html('select', { id: 'example' });
  readonly #exampleBox = html(
    'p',
    { class: 'seed', hidden: true },
    html('label', { for: 'example' }, 'Held-out example'),
    this.#example,
  );
  #heldOut: HeldOutDigits | null = null;
  #examples: Examples | null = null;
  #shown: InputField[] = [];
  #ports = '';

  constructor(changed: () => void) {
    this.#changed = changed;
    const label = html('label', { for: 'seed' }, 'Seed of random numbers');
    this.seedBox = html('p', { class: 'seed' }, label, this.#seed);
    this.element.append(this.#exampleBox, this.#fields);
    this.#example.addEventListener('change', () => {
      for (const field of this.#shown) field.example = Number(this.#example.value);
    });
    this.#seed.addEventListener('input', () => this.#reseed());
  }

  get seed(): number {
    return Math.max(0, Math.floor(Number(this.#seed.value)) || 0);
  }

  set seed(seed: number) {
    this.#seed.value = String(seed);
    this.#reseed();
  }

  /** Digits that fields for 8 by 8 pixels offer. */
  set heldOut(digits: HeldOutDigits) {
    this.#heldOut = digits;
    this.#ports = '';
  }

  /** Rows of data that fields of such inputs offer. */
  set examples(examples: Examples) {
    this.#examples = examples;
    this.#ports = '';
  }

  /** The right class of the input on display, if known. */
  get label(): number | null {
    return this.#shown.length === 1 ? this.#shown[0]!.label : null;
  }

  /** One value for each input of the model; null while one is missing. */
  get values(): Values[] | null {
    const values = this.#shown.map((field) => field.values);
    return values.length > 0 && values.every((value) => value !== null) ? values : null;
  }

  /** Shows fields for the inputs of a model; fields of equal inputs stay as they are. */
  show(view: ModelView): void {
    const ports = JSON.stringify([view.inputs, takesDigits(view)]);
    if (ports === this.#ports) return;
    this.#ports = ports;
    const heldOut = takesDigits(view) ? this.#heldOut : null;
    const examples = this.#examples?.for(view.inputs) ?? null;
    this.#offerExamples(examples);
    this.#shown = [];
    const made = view.inputs.map(
      (port) => new InputField(port, this.seed, { heldOut, examples }, () => this.#notify()),
    );
    this.#shown = made;
    this.#fields.replaceChildren(...made.map(({ element }) => element));
    this.#notify();
  }

  #offerExamples(rows: ExampleRows | null): void {
    this.#exampleBox.hidden = rows === null;
    const options = Array.from({ length: rows?.count ?? 0 }, (_, i) =>
      html('option', { value: i }, String(i + 1)),
    );
    this.#example.replaceChildren(...options);
  }

  #reseed(): void {
    for (const field of this.#shown) field.seed = this.seed;
    this.#notify();
  }

  // Fields report their first value before all of them are there.
  #notify(): void {
    if (this.#shown.length > 0) this.#changed();
  }
}

/** Whether a model takes 64 pixels and returns ten probabilities. */
export function takesDigits({ inputs, outputs }: ModelView): boolean {
  const [input, output] = [inputs[0], outputs[0]];
  if (!input || !output || inputs.length > 1 || outputs.length > 1) return false;
  return sizeOf(input) === digitFormat.rows * digitFormat.columns && sizeOf(output) === 10;
}

/** Number of values of a sample; NaN when a size is unknown. */
function sizeOf({ shape }: Port): number {
  return shape.slice(1).reduce<number>((size, axis) => size * (axis ?? NaN), 1);
}
