// Image files, decoded by the package `sharp` where it is installed.
import { ops, tensor, type Tensor } from '../../index.js';
import { CommandError } from '../failure.js';
import { shapeText, type ModelInput } from '../model_inputs.js';
import type { DataArray } from './data_array.js';

export const IMAGE_ENDINGS = ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.tif', '.tiff', '.avif'];

export const isImage = (path: string): boolean =>
  IMAGE_ENDINGS.some((ending) => path.toLowerCase().endsWith(ending));

// What is used of sharp.
interface Decoder {
  metadata(): Promise<{ channels?: number }>;
  ensureAlpha(): Decoder;
  removeAlpha(): Decoder;
  toColourspace(name: string): Decoder;
  raw(): Decoder;
  toBuffer(options: { resolveWithObject: true }): Promise<{
    data: Uint8Array;
    info: { width: number; height: number; channels: number };
  }>;
}

async function decoderOf(path: string): Promise<Decoder> {
  const name = 'sharp'; // not in the form that bundlers look for: few install it
  let sharp;
  try {
    ({ default: sharp } = (await import(name)) as { default: (path: string) => Decoder });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CommandError('images are read by the package sharp: install it beside keras-wasm');
  }
  return sharp(path);
}

/**
 * An image as a batch of one sample for an input: with the input's channels (1 for gray, 3, or 4 with alpha), resized to its size with
 * bilinear interpolation, elements 0 to 255, in the input's data format.
 */
export async function readImage(path: string, input: ModelInput): Promise<DataArray> {
  const { height, width, channels, isFirst } = layoutOf(input);
  const file = await decoderOf(path);
  const isGray = ((await file.metadata()).channels ?? 3) < 3;
  const decoder = file.toColourspace(isGray ? 'b-w' : 'srgb');
  const decoded = channels === 4 ? decoder.ensureAlpha() : decoder.removeAlpha();
  const { data, info } = await decoded.raw().toBuffer({ resolveWithObject: true });
  const isLuma = channels === 1 && info.channels >= 3;
  const values = isLuma ? lumaOf(data, info.channels) : Float32Array.from(data);
  const given = isLuma ? 1 : info.channels;
  let image: Tensor = tensor(values, [1, info.height, info.width, given]);
  const replace = (next: Tensor): void => {
    image.dispose();
    image = next;
  };
  if (given < 3 && channels > 1) replace(inColor(image, given, channels));
  if ((height ?? info.height) !== info.height || (width ?? info.width) !== info.width)
    replace(ops.image.resize(image, [height ?? info.height, width ?? info.width]));
  if (isFirst) replace(ops.transpose(image, [0, 3, 1, 2]));
  const shape = image.shape as readonly number[];
  const array: DataArray = { shape, dtype: image.dtype, values: image.data() as Float32Array };
  image.dispose();
  return array;
}

// As Pillow's convert('L'), which keras.utils.load_img(color_mode='grayscale') calls.
function lumaOf(data: Uint8Array, channels: number): Float32Array {
  return Float32Array.from({ length: data.length / channels }, (_, i) => {
    const at = i * channels;
    return (19595 * data[at]! + 38470 * data[at + 1]! + 7471 * data[at + 2]! + 0x8000) >> 16;
  });
}

// Gray, perhaps with alpha, as three equal channels, perhaps with alpha.
function inColor(image: Tensor, given: number, channels: number): Tensor {
  const indices = channels === 4 ? [0, 0, 0, given - 1] : [0, 0, 0];
  return ops.take(image, indices, -1);
}

interface Layout {
  readonly height: number | null;
  readonly width: number | null;
  readonly channels: number;
  /** Whether channels come before height and width. */
  readonly isFirst: boolean;
}

function layoutOf({ name, shape }: ModelInput): Layout {
  const isCount = (dim: number | null | undefined): dim is number => [1, 3, 4].includes(dim ?? 0);
  if (shape?.length === 3) {
    const [a, b, c] = shape as [number | null, number | null, number | null];
    if (isCount(c)) return { height: a, width: b, channels: c, isFirst: false };
    if (isCount(a)) return { height: b, width: c, channels: a, isFirst: true };
  }
  throw new CommandError(`the input '${name}' does not take images`);
}

/** Images of one size as the samples of one array. */
export function stackImages(images: readonly DataArray[], files: readonly string[]): DataArray {
  const [first] = images as [DataArray];
  const [, ...sample] = first.shape;
  const other = images.findIndex(({ shape }) => shape.slice(1).join() !== sample.join());
  if (other >= 0)
    throw new CommandError(
      `${files[other]!}: its shape ${shapeText(images[other]!.shape.slice(1))} differs from that of ${files[0]!}, ${shapeText(sample)}`,
    );
  const values = new Float32Array(images.length * first.values.length);
  images.forEach((each, i) => values.set(each.values as Float32Array, i * first.values.length));
  return { shape: [images.length, ...sample], dtype: first.dtype, values };
}
