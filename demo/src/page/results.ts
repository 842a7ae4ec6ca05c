// What both models make of the input on display, and how often they are right on held-out digits.
import { AccuracyChart } from '../charts/accuracy.js';
import { argmax, drawOutput, percent, sides, type Side } from '../charts/output-chart.js';
import { byId, html } from '../dom.js';
import * as engine from '../engine/engine.js';
import { Examples } from '../inputs/examples.js';
import { HeldOutDigits } from '../inputs/held-out.js';
import { InputForm, takesDigits } from '../inputs/input-form.js';
import type { ModelView, Spread, Times, Values } from '../types.js';
import { clearTimes } from './timing.js';

const mostRuns = 200;

interface Run {
  outputs: readonly (Values | Spread)[] | null;
  problem: string;
}

export class Results {
  readonly form: InputForm;
  readonly #accuracy = new AccuracyChart();
  readonly #outputs = byId('outputs', HTMLElement);
  readonly #verdict = byId('verdict', HTMLElement);
  readonly #runs = byId('runs', HTMLInputElement);
  readonly #views: Record<Side, ModelView | null> = { original: null, clone: null };
  readonly #changed: () => void;
  #heldOut: HeldOutDigits | null = null;
  #isStale = false;
  #isRunning: Promise<void> | null = null;

  /** `changed` is called when the seed or other values of the inputs change. */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.form = new InputForm(() => {
      this.#changed();
      void this.#update();
    });
    byId('form', HTMLElement).append(this.form.element);
    byId('settings', HTMLElement).prepend(this.form.seedBox);
    byId('accuracy', HTMLElement).append(this.#accuracy.element);
    this.#runs.addEventListener('input', () => void this.#update());
  }

  /** Loads the data that the sample models were not trained on. */
  async loadHeldOut(): Promise<void> {
    const [digits, examples] = await Promise.all([HeldOutDigits.load(), Examples.load()]);
    this.#heldOut = this.form.heldOut = digits;
    this.form.examples = examples;
  }

  /** Uses a model from now on; null for none. Resolves when its results are shown. */
  async use(side: Side, view: ModelView | null): Promise<void> {
    this.#views[side] = view;
    clearTimes();
    if (side === 'original' && view) this.form.show(view);
    await this.#measure(side, view);
    await this.#update();
  }

  /** Times of a model on the input on display; null without one of them. */
  async times(side: Side, runs: number): Promise<Times | null> {
    const [view, inputs] = [this.#views[side], this.form.values];
    if (!view || !inputs) return null;
    return engine.measureTimes(view.id, fitAll(inputs, view), runs);
  }

  /** The accuracy of both models on held-out digits, as shown; null when it is not. */
  get accuracy(): readonly [original: string, clone: string] | null {
    return this.#accuracy.texts;
  }

  /** What a layer of a model returns for the input on display, or why nothing can be shown. */
  async activations(side: Side, path: string): Promise<readonly Values[] | string> {
    const [view, inputs] = [this.#views[side], this.form.values];
    if (!view) return 'no model';
    if (!inputs) return 'no input';
    return engine
      .activations(view.id, path, fitAll(inputs, view))
      .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  }

  async #measure(side: Side, view: ModelView | null): Promise<void> {
    const digits = this.#heldOut;
    if (!view || !digits || !takesDigits(view)) return this.#accuracy.show(side, null, null);
    const sizes = view.inputs[0]!.shape.slice(1) as number[];
    const input = { values: digits.pixels, shape: [digits.count, ...sizes] };
    const run = await runModel(view, [input]);
    if (this.#views[side] === view) this.#accuracy.show(side, digits, run.outputs?.[0] ?? null);
  }

  // One run at a time; what changes meanwhile is seen by the next one.
  #update(): Promise<void> {
    this.#isStale = true;
    return (this.#isRunning ??= this.#runAll().finally(() => (this.#isRunning = null)));
  }

  async #runAll(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      const inputs = this.form.values;
      const [original, clone] = await Promise.all(
        sides.map((side) => this.#run(this.#views[side], inputs)),
      );
      if (!this.#isStale) this.#show(original!, clone!, inputs !== null);
    }
  }

  async #run(view: ModelView | null, inputs: Values[] | null): Promise<Run> {
    if (!view || !inputs) return { outputs: null, problem: '' };
    return runModel(view, fitAll(inputs, view), this.#runCount);
  }

  get #runCount(): number {
    return Math.min(mostRuns, Math.max(1, Math.floor(Number(this.#runs.value)) || 1));
  }

  #show(original: Run, clone: Run, hasInput: boolean): void {
    const count = Math.max(original.outputs?.length ?? 0, clone.outputs?.length ?? 0);
    const ports = this.#views.original?.outputs ?? [];
    const problems = [original, clone].flatMap(({ problem }, i) =>
      problem ? [html('p', { class: 'input-problem' }, `${sides[i]}: ${problem}`)] : [],
    );
    const charts = Array.from({ length: count }, (_, i) =>
      drawOutput(ports[i] ?? this.#views.clone?.outputs[i], {
        original: original.outputs?.[i] ?? null,
        clone: clone.outputs?.[i] ?? null,
      }),
    );
    this.#outputs.replaceChildren(...problems, ...charts);
    this.#verdict.textContent = hasInput
      ? this.#verdictOf(original, clone)
      : 'Draw something, or choose another kind of input.';
  }

  #verdictOf(original: Run, clone: Run): string {
    const view = this.#views.original;
    if (!view || !takesDigits(view)) return '';
    const said = (name: string, { outputs }: Run) => {
      const output = outputs?.[0];
      if (!output || output.values.length !== 10) return '';
      const best = argmax(output);
      const right = this.form.label === null ? '' : best === this.form.label ? ' ✓' : ' ✗';
      return `${name}: ${best} (${percent(output.values[best]!)})${right}`;
    };
    return [said('Original', original), said('Clone', clone)].filter(Boolean).join(' · ');
  }
}

async function runModel(view: ModelView, inputs: readonly Values[], runs = 1): Promise<Run> {
  try {
    const outputs =
      runs > 1 ? await engine.sample(view.id, inputs, runs) : await engine.predict(view.id, inputs);
    return { outputs, problem: '' };
  } catch (error) {
    return { outputs: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

const fitAll = (inputs: readonly Values[], view: ModelView): Values[] =>
  inputs.map((input, i) => fitTo(input, view.inputs[i]?.shape ?? []));

// A clone may take images of another size: the nearest pixels are used. Other values are passed as they are.
function fitTo(input: Values, shape: readonly (number | null)[]): Values {
  const [count = 1, rows, columns, channels = 1] = input.shape;
  const [, toRows, toColumns] = shape;
  const isImage = input.shape.length === 4 && shape.length === 4 && rows && columns;
  if (!isImage || !toRows || !toColumns || (toRows === rows && toColumns === columns)) return input;
  const values = new Float32Array(count * toRows * toColumns * channels);
  let at = 0;
  for (let n = 0; n < count; n++)
    for (let y = 0; y < toRows; y++)
      for (let x = 0; x < toColumns; x++)
        for (let c = 0; c < channels; c++) {
          const row = Math.floor((y * rows) / toRows);
          const column = Math.floor((x * columns) / toColumns);
          values[at++] = input.values[((n * rows + row) * columns + column) * channels + c]!;
        }
  return { values, shape: [count, toRows, toColumns, channels] };
}
