// One output of both models: bars of its values for a vector, else a heat map of each side; strings as text.
import { html } from '../dom.js';
import type { Port, Spread, Values } from '../types.js';
import { drawScale, heatMap, scaleOf, short } from './heat-map.js';

// Vectors up to this size are shown whole and in order, longer ones by their largest values.
const shownWhole = 12;
const top = 10;
const mostStrings = 20;

export const sides = ['original', 'clone'] as const;
export type Side = (typeof sides)[number];

/** What both models returned for an output; null for a side that could not run. */
export type Pair = Readonly<Record<Side, Values | Spread | null>>;

export function drawOutput(port: Port | undefined, pair: Pair): HTMLElement {
  const some = pair.original ?? pair.clone;
  const isVector = some !== null && some.values.length === (some.shape.at(-1) ?? 1);
  const chart = some?.strings ? stringLines : isVector ? bars : maps;
  return html(
    'figure',
    { class: 'output', 'data-output': port?.name ?? '' },
    html('figcaption', {}, html('code', {}, port?.name ?? 'output'), ` ${shapesOf(pair)}`),
    chart(pair),
  );
}

function shapesOf(pair: Pair): string {
  const shapes = sides.flatMap((side) => (pair[side] ? [`(${pair[side].shape.join(', ')})`] : []));
  return [...new Set(shapes)].join(' → ');
}

function bars(pair: Pair): HTMLElement {
  const length = Math.max(...sides.map((side) => pair[side]?.values.length ?? 0));
  const value = (side: Side, i: number) => Number(pair[side]?.values[i] ?? NaN);
  const deviation = (side: Side, i: number) => deviationsOf(pair[side])?.[i] ?? 0;
  const size = (i: number) => Math.max(...sides.map((side) => Math.abs(value(side, i)) || 0));
  let rows = Array.from({ length }, (_, i) => i);
  const isWhole = length <= shownWhole;
  if (!isWhole) rows = rows.sort((a, b) => size(b) - size(a)).slice(0, top);
  const areShares = sides.every((side) => !pair[side] || isDistribution(pair[side].values));
  const largest = areShares ? 1 : Math.max(...rows.map(size)) || 1;
  const best = { original: argmax(pair.original), clone: argmax(pair.clone) };
  const items = rows.map((i) =>
    html(
      'li',
      { 'data-class': i, class: sides.some((side) => best[side] === i) ? 'best' : null },
      html('span', { class: 'class-index' }, String(i)),
      html(
        'span',
        { class: 'tracks', 'aria-hidden': 'true' },
        ...sides.map((side) => bar(side, value(side, i), largest, deviation(side, i))),
      ),
      ...sides.map((side) =>
        html(
          'span',
          {
            class: `number ${side}`,
            'data-value': value(side, i),
            'data-deviation': deviationsOf(pair[side]) ? deviation(side, i) : null,
          },
          html('span', { class: 'visually-hidden' }, `${side} `),
          Number.isNaN(value(side, i)) ? '–' : numberText(value(side, i), areShares),
          deviationNote(deviation(side, i), areShares),
        ),
      ),
    ),
  );
  const runs = sides.map((side) => runsOf(pair[side])).find(Boolean);
  const notes = [
    isWhole ? '' : `The ${top} largest of ${length}.`,
    runs ? `Mean of ${runs} runs ± standard deviation.` : '',
  ];
  const note = notes.filter(Boolean).join(' ');
  const hint = note ? html('p', { class: 'hint' }, note) : null;
  return html('div', {}, html('ol', { class: 'bars' }, ...items), hint);
}

/** A bar of the length of a value, where `largest` fills the track, with an error bar for its standard deviation. */
export function bar(side: Side, value: number, largest: number, deviation = 0): HTMLElement {
  const share = (part: number) => Math.min(1, Math.max(0, part / largest || 0));
  const percentOf = (part: number) => `${100 * share(part)}%`;
  const drawn = html('span', { class: `bar ${side}` });
  drawn.style.width = percentOf(Math.abs(value));
  if (value < 0) drawn.classList.add('negative');
  const track = html('span', { class: 'track' }, drawn);
  if (deviation > largest / 1000) {
    const error = html('span', { class: 'error-bar' });
    const [from, to] = [Math.abs(value) - deviation, Math.abs(value) + deviation];
    error.style.left = percentOf(from);
    error.style.width = `${100 * (share(to) - share(from))}%`;
    track.append(error);
  }
  return track;
}

const deviationsOf = (values: Values | Spread | null) =>
  values && 'deviation' in values ? values.deviation : null;

const runsOf = (values: Values | Spread | null) =>
  values && 'runs' in values ? values.runs : undefined;

const deviationNote = (deviation: number, isShare: boolean) =>
  deviation >= (isShare ? 0.0005 : Number.MIN_VALUE)
    ? html('small', {}, ` ± ${numberText(deviation, isShare)}`)
    : null;

function maps(pair: Pair): HTMLElement {
  const scale = scaleOf(sides.map((side) => pair[side]));
  const all = sides.map((side) => {
    const output = pair[side];
    if (!output?.values.length) return html('p', { class: 'hint' }, `${side}: none`);
    return heatMap(side, output, scale);
  });
  return html('div', { class: 'maps' }, ...all, drawScale(scale));
}

// Outputs of strings, one line each.
function stringLines(pair: Pair): HTMLElement {
  const all = sides.map((side) =>
    html(
      'p',
      { class: `strings ${side}` },
      html('span', { class: 'hint' }, `${side}: `),
      listOf(pair[side]?.strings ?? []),
    ),
  );
  return html('div', {}, ...all);
}

/** The first strings of a list, and how many there are if not all are shown. */
export function listOf(strings: readonly string[]): string {
  const more = strings.length > mostStrings ? [`… ${strings.length} in total`] : [];
  return [...strings.slice(0, mostStrings), ...more].join(' · ');
}

/** The index of the largest value; -1 for none. */
export function argmax(output: Values | null): number {
  if (!output) return -1;
  let best = 0;
  for (let i = 1; i < output.values.length; i++)
    if (output.values[i]! > output.values[best]!) best = i;
  return best;
}

function isDistribution(values: ArrayLike<number>): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (!(values[i]! >= 0)) return false;
    sum += values[i]!;
  }
  return Math.abs(sum - 1) < 1e-2;
}

function numberText(value: number, isShare: boolean): string {
  return isShare ? percent(value) : short(value);
}

export function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}
