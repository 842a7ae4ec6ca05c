// Turns strokes into an image. Each pixel is the share of ink in its block of a finer bitmap, as in scikit-learn's digits,
// whose pixels count the ink in blocks of 4 x 4.
import type { Point } from '../layout/types.js';

/** Size of the image, and the value of a white pixel. */
export interface ImageFormat {
  rows: number;
  columns: number;
  white: number;
}

const block = 4;
/** Of the longer side of the bitmap. */
const strokeShare = 5 / 32;

export type Stroke = readonly Point[];

/** Pixels row by row, from 0 to `white`. The drawing is scaled to the height or width of the image and centred. */
export function rasterize(strokes: readonly Stroke[], format: ImageFormat): Float32Array {
  const { rows, columns, white } = format;
  const pixels = new Float32Array(rows * columns);
  const canvas = document.createElement('canvas');
  canvas.width = columns * block;
  canvas.height = rows * block;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const points = strokes.flat();
  if (!context || points.length === 0) return pixels;
  const strokeWidth = strokeShare * Math.max(canvas.width, canvas.height);
  const move = placement(points, canvas, strokeWidth);
  context.lineWidth = strokeWidth;
  context.lineCap = context.lineJoin = 'round';
  for (const stroke of strokes) trace(context, stroke.map(move));
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < canvas.width * canvas.height; i++) {
    if (data[4 * i + 3]! < 128) continue;
    const row = Math.floor(i / canvas.width / block);
    const column = Math.floor((i % canvas.width) / block);
    pixels[row * columns + column]! += white / block ** 2;
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

function placement(
  points: readonly Point[],
  { width, height }: { width: number; height: number },
  strokeWidth: number,
): (point: Point) => Point {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const scale = Math.min(
    right > left ? (width - strokeWidth) / (right - left) : Infinity,
    bottom > top ? (height - strokeWidth) / (bottom - top) : Infinity,
  );
  const factor = Number.isFinite(scale) ? scale : 1;
  return ({ x, y }) => ({
    x: width / 2 + (x - (left + right) / 2) * factor,
    y: height / 2 + (y - (top + bottom) / 2) * factor,
  });
}
