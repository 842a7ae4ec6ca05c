// Turns strokes into the format of scikit-learn's digits: a 32 x 32 bitmap, reduced to the counts (0..16) of its 4 x 4 blocks.
import type { Point } from './layout-types.js';

export const side = 8;
const block = 4;
const bitmap = side * block;
const strokeWidth = 5;

export type Stroke = readonly Point[];

/** 64 counts, row by row. The drawing is scaled to the height or width of the bitmap and centred, like those digits. */
export function rasterize(strokes: readonly Stroke[]): Float32Array {
  const pixels = new Float32Array(side * side);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = bitmap;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const points = strokes.flat();
  if (!context || points.length === 0) return pixels;
  const place = placement(points);
  context.lineWidth = strokeWidth;
  context.lineCap = context.lineJoin = 'round';
  for (const stroke of strokes) trace(context, stroke.map(place));
  const { data } = context.getImageData(0, 0, bitmap, bitmap);
  for (let i = 0; i < bitmap * bitmap; i++) {
    const isInk = data[4 * i + 3]! >= 128;
    const row = Math.floor(i / bitmap / block);
    const column = Math.floor((i % bitmap) / block);
    if (isInk) pixels[row * side + column]! += 1;
  }
  return pixels;
}

/** Draws one stroke; a single point becomes a dot. */
export function trace(context: CanvasRenderingContext2D, stroke: Stroke): void {
  const [first, ...rest] = stroke;
  if (!first) return;
  context.beginPath();
  context.moveTo(first.x, first.y);
  for (const { x, y } of rest.length ? rest : [first]) context.lineTo(x, y);
  context.stroke();
}

function placement(points: readonly Point[]): (point: Point) => Point {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, right, top, bottom] = [
    Math.min(...xs),
    Math.max(...xs),
    Math.min(...ys),
    Math.max(...ys),
  ];
  const extent = Math.max(right - left, bottom - top);
  const scale = extent > 0 ? (bitmap - strokeWidth) / extent : 1;
  return ({ x, y }) => ({
    x: bitmap / 2 + (x - (left + right) / 2) * scale,
    y: bitmap / 2 + (y - (top + bottom) / 2) * scale,
  });
}
