// Histograms of both models on one axis: the original as an outline, the clone filled.
import { svg } from '../dom.js';

/** Counts of values in bins of equal width from `low` to `high`. */
export interface Bins {
  bins: readonly number[];
  low: number;
  high: number;
}

const [plotWidth, plotHeight] = [280, 48];

export function drawHistograms(original: Bins | undefined, clone: Bins | undefined): SVGSVGElement {
  const some = [original, clone].filter((bins) => bins !== undefined);
  const low = Math.min(...some.map((bins) => bins.low));
  const high = Math.max(...some.map((bins) => bins.high));
  const most = Math.max(1, ...some.flatMap(({ bins }) => bins));
  const x = (value: number) => (plotWidth * (value - low)) / (high - low || 1);
  const path = ({ bins, low: from, high: to }: Bins) => {
    const width = (to - from) / bins.length;
    const steps = bins.map((count, i) => {
      const y = plotHeight * (1 - count / most);
      return `L${x(from + i * width).toFixed(1)} ${y.toFixed(1)}H${x(from + (i + 1) * width).toFixed(1)}`;
    });
    return `M${x(from).toFixed(1)} ${plotHeight}${steps.join('')}V${plotHeight}`;
  };
  const end = (value: number) => value.toPrecision(3);
  const label = `Histogram from ${end(low)} to ${end(high)}`;
  const box = `-1 -1 ${plotWidth + 2} ${plotHeight + 14}`;
  const plot = svg('svg', { class: 'histogram', viewBox: box, role: 'img', 'aria-label': label });
  if (clone) plot.append(svg('path', { class: 'clone', d: path(clone) }));
  if (original) plot.append(svg('path', { class: 'original', d: path(original) }));
  plot.append(
    svg('text', { x: 0, y: plotHeight + 12 }, end(low)),
    svg('text', { x: plotWidth, y: plotHeight + 12, 'text-anchor': 'end' }, end(high)),
  );
  return plot;
}
