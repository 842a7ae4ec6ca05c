// Values of a layer as a picture: a tile for each channel of an image, rows of steps for a sequence, a strip for a vector.
import { html } from '../dom.js';
import type { Values } from '../types.js';

// More tiles, or larger ones, are drawn in part.
const [mostTiles, largestTile] = [64, 96];
const widestStrip = 64;
const gap = 1;

type Colour = readonly [red: number, green: number, blue: number];

// Stops of viridis, and of a scale from blue over white to red for values of both signs. Both are safe for colour-blind eyes.
const rising: readonly Colour[] = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]]; // prettier-ignore
const signed: readonly Colour[] = [[33, 102, 172], [146, 197, 222], [247, 247, 247], [244, 165, 130], [178, 24, 43]]; // prettier-ignore

/** The values that the ends of a colour scale stand for. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Whether the middle of the scale is 0. */
  readonly isSigned: boolean;
}

/** One scale for several pictures, so that equal values have equal colours. */
export function scaleOf(all: readonly (Values | null)[]): Scale {
  const { low, high } = rangeOf(all.map((each) => each?.values ?? []));
  if (low > high) return { low: 0, high: 0, isSigned: false };
  const most = Math.max(-low, high);
  return low < 0 ? { low: -most, high: most, isSigned: true } : { low, high, isSigned: false };
}

/** What the colours of a scale mean. */
export function drawScale(scale: Scale): HTMLElement {
  const canvas = html('canvas', { width: 64, height: 1, 'aria-hidden': 'true' });
  paint(canvas, (x) => scale.low + ((scale.high - scale.low) * x) / 63, scale);
  const [low, high] = [html('span', {}, short(scale.low)), html('span', {}, short(scale.high))];
  return html('p', { class: 'colour-scale' }, low, canvas, high);
}

/** The first sample of a batch as a picture. `name` precedes what screen readers say. */
export function heatMap(name: string, { values, shape }: Values, scale: Scale): HTMLElement {
  const { tiles, rows, columns, at, isStrip } = tilesOf(shape);
  const shown = Math.min(tiles, mostTiles);
  const step = Math.max(1, Math.ceil(Math.max(rows, isStrip ? 1 : columns) / largestTile));
  const [height, width] = [Math.ceil(rows / step), Math.ceil(columns / step)];
  // About twice as wide as high.
  const across = Math.min(shown, Math.max(1, Math.ceil(Math.sqrt((2 * shown * height) / width))));
  const canvas = html('canvas', {
    ...{ class: isStrip ? 'strip' : null, role: 'img' },
    width: across * (width + gap) - gap,
    height: Math.ceil(shown / across) * (height + gap) - gap,
  });
  paint(
    canvas,
    (x, y) => {
      const [column, row] = [x % (width + gap), y % (height + gap)];
      const tile = Math.floor(y / (height + gap)) * across + Math.floor(x / (width + gap));
      if (column === width || row === height || tile >= shown) return undefined;
      const index = at(tile, row * step, column * step);
      return index === undefined ? undefined : values[index];
    },
    scale,
  );
  const { low, high, isFinite } = rangeOf([values]);
  const range = low > high ? 'no finite values' : `${short(low)} to ${short(high)}`;
  const rest = low > high || isFinite ? '' : ', and values that are not finite';
  const part = shown < tiles ? `, ${shown} of ${tiles} channels` : '';
  const text = `${name}: ${range}${rest}${part}`;
  canvas.setAttribute('aria-label', `${text}, shape (${shape.join(', ')})`);
  return html('div', { class: 'map' }, canvas, html('p', { class: 'hint' }, text));
}

interface Tiles {
  tiles: number;
  rows: number;
  columns: number;
  isStrip: boolean;
  /** The index of a value; undefined beside the values. */
  at(tile: number, row: number, column: number): number | undefined;
}

// Without the axis of the batch: a vector, steps and features, or an image of channels. Further axes become rows.
function tilesOf(shape: readonly number[]): Tiles {
  const sizes = shape.slice(1);
  if (sizes.length >= 3) {
    const channels = sizes.pop()!;
    const columns = sizes.pop()!;
    const rows = sizes.reduce((product, size) => product * size, 1);
    const at: Tiles['at'] = (tile, row, column) => (row * columns + column) * channels + tile;
    return { tiles: channels, rows, columns, isStrip: false, at };
  }
  if (sizes.length === 2) {
    const [rows, columns] = sizes as [number, number];
    const at: Tiles['at'] = (_, row, column) => row * columns + column;
    return { tiles: 1, rows, columns, isStrip: rows === 1, at };
  }
  const length = sizes[0] ?? 1;
  const columns = Math.min(length, widestStrip);
  const at: Tiles['at'] = (_, row, column) => {
    const index = row * columns + column;
    return index < length ? index : undefined;
  };
  return { tiles: 1, rows: Math.ceil(length / columns), columns, isStrip: length <= columns, at };
}

function paint(
  canvas: HTMLCanvasElement,
  valueAt: (x: number, y: number) => number | undefined,
  { low, high, isSigned }: Scale,
): void {
  const { width, height } = canvas;
  const context = canvas.getContext('2d');
  const image = context?.createImageData(Math.max(1, width), Math.max(1, height));
  if (!context || !image) return;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = valueAt(x, y);
      if (value === undefined || Number.isNaN(value)) continue; // transparent
      const part = high > low ? (value - low) / (high - low) : isSigned ? 0.5 : 0;
      image.data.set([...colourAt(isSigned ? signed : rising, part), 255], 4 * (y * width + x));
    }
  context.putImageData(image, 0, 0);
}

function colourAt(stops: readonly Colour[], part: number): Colour {
  const place = Math.min(1, Math.max(0, part)) * (stops.length - 1);
  const first = Math.min(stops.length - 2, Math.floor(place));
  const [from, to] = [stops[first]!, stops[first + 1]!];
  const mix = (k: 0 | 1 | 2) => Math.round(from[k] + (to[k] - from[k]) * (place - first));
  return [mix(0), mix(1), mix(2)];
}

/** The range of the finite values, and whether all are; `low` is above `high` if none is. */
function rangeOf(all: readonly ArrayLike<number>[]) {
  let [low, high, isFinite] = [Infinity, -Infinity, true];
  for (const values of all)
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (!Number.isFinite(value)) {
        isFinite = false;
        continue;
      }
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return { low, high, isFinite };
}

/** A number with three digits. */
export function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
}
