// How long both models and their layers take.
import { html } from '../dom.js';
import type { LayerTime, Times } from '../types.js';
import { drawLatencies } from './latency.js';
import { bar, sides, type Side } from './output-chart.js';

// Of many layers, the slowest ones are shown.
const mostShown = 25;

export type TimesOfBoth = Readonly<Record<Side, Times | null>>;

export async function drawTimes(times: TimesOfBoth): Promise<HTMLElement[]> {
  return [await latencies(times), ...layers(times)];
}

async function latencies(times: TimesOfBoth): Promise<HTMLElement> {
  const medians = sides.flatMap((side) => {
    const own = times[side];
    return own ? [`${side} ${milliseconds(median(own.latencies))}`] : [];
  });
  const some = times.original ?? times.clone;
  const runs = some?.latencies.length ?? 0;
  const each = some && some.together > 1 ? `, each the mean of ${some.together}` : '';
  return html(
    'figure',
    { class: 'latency' },
    html(
      'figcaption',
      {},
      `Time of a prediction, ${runs} runs${each}. Median: ${medians.join(', ')}`,
    ),
    await drawLatencies(times),
  );
}

function layers(times: TimesOfBoth): HTMLElement[] {
  const byPath = new Map<string, Partial<Record<Side, LayerTime>>>();
  for (const side of sides) {
    for (const layer of times[side]?.layers ?? [])
      byPath.set(layer.path, { ...byPath.get(layer.path), [side]: layer });
  }
  const longest = (row: Partial<Record<Side, LayerTime>>) =>
    Math.max(...sides.map((side) => row[side]?.time ?? 0));
  const rows = [...byPath].sort(([, a], [, b]) => longest(b) - longest(a)).slice(0, mostShown);
  if (rows.length === 0) return [];
  const most = longest(rows[0]![1]) || 1;
  const items = rows.map(([path, row]) => {
    const numbers = sides.map((side) =>
      html(
        'span',
        { class: `number ${side}` },
        html('span', { class: 'visually-hidden' }, `${side} `),
        row[side] ? milliseconds(row[side].time) : '–',
      ),
    );
    const tracks = sides.map((side) => bar(side, row[side]?.time ?? NaN, most));
    return html(
      'li',
      { 'data-layer': path },
      html('span', { class: 'layer' }, path),
      html('span', { class: 'tracks', 'aria-hidden': 'true' }, ...tracks),
      ...numbers,
    );
  });
  const left = byPath.size - rows.length;
  const note = left > 0 ? ` The ${mostShown} slowest of ${byPath.size}.` : '';
  return [
    html('p', { class: 'hint' }, `Time of each layer alone, on the values that it gets.${note}`),
    html('ol', { class: 'bars layer-times' }, ...items),
  ];
}

function median(values: Float64Array): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function milliseconds(time: number): string {
  return time < 0.9995 ? `${Number((1000 * time).toPrecision(3))} µs` : `${time.toPrecision(3)} ms`;
}
