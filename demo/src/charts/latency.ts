// How long predictions of both models took: a histogram by uPlot, which is loaded with the first measurement.
import type UPlot from 'uplot';
import { html } from '../dom.js';
import type { Times } from '../types.js';
import { sides, type Side } from './output-chart.js';

const binCount = 30;
const height = 150;
const font = '11px system-ui, sans-serif';
// Spaces for labels, in pixels.
const [besideCounts, belowTimes] = [38, 28];

/** Counts of latencies in bins: `edges` are where they begin, in ms. An empty bin is at either end, so that outlines close. */
interface Histogram {
  readonly edges: number[];
  readonly counts: Record<Side, number[]>;
}

let shown: UPlot | undefined;

/** The histogram of both models' latencies, in ms; null for a model that was not measured. */
export async function drawLatencies(
  times: Readonly<Record<Side, Times | null>>,
): Promise<HTMLElement> {
  const [{ default: Plot }] = await Promise.all([
    import('uplot'),
    import('uplot/dist/uPlot.min.css'),
  ]);
  const { edges, counts } = histogramOf(times);
  const element = html('div', { class: 'latency-plot' });
  const paths = Plot.paths.stepped!({ align: 1 });
  const points = { show: false };
  shown?.destroy();
  shown = new Plot(
    {
      width: 300,
      height,
      cursor: { points: { show: false }, drag: { x: false, y: false }, y: false },
      scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(1, most)] } },
      axes: [
        { ...axis(), size: belowTimes, values: (_, at) => at.map((time) => `${time} ms`) },
        { ...axis(), size: besideCounts, incrs: [1, 2, 5, 10, 20, 50] },
      ],
      series: [
        { label: 'From', value: (_, time) => (time === null ? '–' : `${time.toPrecision(3)} ms`) },
        { label: 'original', paths, points, stroke: () => colour('--ink'), width: 1.2 },
        {
          ...{ label: 'clone', paths, points, width: 1.2 },
          stroke: () => colour('--accent'),
          fill: () => `${colour('--accent')}73`,
        },
      ],
    },
    [edges, counts.original, counts.clone],
    element,
  );
  const canvas = element.querySelector('canvas');
  canvas?.setAttribute('role', 'img');
  canvas?.setAttribute(
    'aria-label',
    `Histogram of the times, ${edges[1]!.toPrecision(3)} to ${edges.at(-1)!.toPrecision(3)} ms`,
  );
  const plot = shown;
  new ResizeObserver(() => {
    if (plot === shown && element.clientWidth > 0)
      plot.setSize({ width: element.clientWidth, height });
  }).observe(element);
  return element;
}

// What is drawn on a canvas keeps its colours until it is drawn again.
for (const query of ['(prefers-color-scheme: dark)', '(forced-colors: active)'])
  matchMedia(query).addEventListener('change', () => shown?.redraw());

function histogramOf(times: Readonly<Record<Side, Times | null>>): Histogram {
  const all = sides.flatMap((side) => [...(times[side]?.latencies ?? [])]).sort((a, b) => a - b);
  // The few slowest runs, in which the browser did something else, would leave no room for the others.
  const [low, high] = [all[0] ?? 0, all[Math.floor(0.98 * (all.length - 1))] ?? 1];
  const width = (high - low || high || 1) / binCount;
  const edges = Array.from({ length: binCount + 2 }, (_, i) => low + (i - 1) * width);
  const countsOf = (side: Side) => {
    const counts = new Array<number>(edges.length).fill(0);
    for (const latency of times[side]?.latencies ?? []) {
      const bin = Math.floor((latency - low) / width);
      counts[1 + Math.min(binCount - 1, bin)]! += 1;
    }
    return counts;
  };
  return { edges, counts: { original: countsOf('original'), clone: countsOf('clone') } };
}

const axis = (): UPlot.Axis => ({
  font,
  stroke: () => (matchMedia('(forced-colors: active)').matches ? 'CanvasText' : colour('--soft')),
  grid: { stroke: () => colour('--line'), width: 1 },
  ticks: { stroke: () => colour('--line'), width: 1, size: 4 },
});

const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();
