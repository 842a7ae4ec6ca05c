// Pictures as the values of an input.
import type { Port, Values } from '../types.js';
import type { ImageFormat } from './raster.js';

/** The image in a file; null when it is not an image. */
export async function imageValues(
  file: Blob,
  format: ImageFormat,
  port: Port,
): Promise<Values | null> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  return bitmap && pictureValues(bitmap, format, port);
}

/** The picture, stretched to the size of the input; gray when the input has one channel. Black is 0. */
export function pictureValues(
  picture: CanvasImageSource,
  { rows, columns, white }: ImageFormat,
  { shape }: Port,
): Values | null {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.drawImage(picture, 0, 0, columns, rows);
  const { data } = context.getImageData(0, 0, columns, rows);
  const sizes = shape.slice(1).map(Number);
  const channels = sizes[2] ?? 1;
  const values = new Float32Array(rows * columns * channels);
  for (let i = 0; i < rows * columns; i++) {
    const [red, green, blue] = [data[4 * i]!, data[4 * i + 1]!, data[4 * i + 2]!];
    const colours = channels === 3 ? [red, green, blue] : [(red + green + blue) / 3];
    colours.forEach((level, k) => (values[i * channels + k] = (level * white) / 255));
  }
  return { values, shape: [1, ...sizes] };
}
