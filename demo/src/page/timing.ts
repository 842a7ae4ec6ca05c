// Measures both models on request.
import { drawTimes, type TimesOfBoth } from '../charts/times.js';
import type { Side } from '../charts/output-chart.js';
import { byId } from '../dom.js';
import type { Times } from '../types.js';

const runs = 50;

/** Measures one model on the input on display; null without a model or input. */
export type MeasureSide = (side: Side, runs: number) => Promise<Times | null>;

/** Connects the button and the charts. `work` shows that it takes a while, and why it failed. */
export function connectTiming(
  measure: MeasureSide,
  work: (what: string, task: () => Promise<string>) => Promise<void>,
): void {
  const charts = byId('times', HTMLElement);
  byId('measure', HTMLButtonElement).addEventListener('click', () => {
    void work('Measuring', async () => {
      // One after the other: they would share the processor.
      const times: TimesOfBoth = {
        original: await measure('original', runs),
        clone: await measure('clone', runs),
      };
      if (!times.original) throw new Error('There is no input to run the models on.');
      charts.replaceChildren(...(await drawTimes(times)));
      return 'Both models have been measured.';
    });
  });
}

/** Removes charts of earlier models. */
export function clearTimes(): void {
  byId('times', HTMLElement).replaceChildren();
}
