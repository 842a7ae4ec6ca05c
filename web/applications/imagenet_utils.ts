// What models of keras.applications expect of images and how to read their predictions
// (keras/src/applications/imagenet_utils.py).

import { ValueError } from '../errors/errors.js';
import { convertToTensor, reshape, stack } from '../ops/generated.js';
import { add, divide, subtract } from '../ops/generated.js';
import { getItem } from '../ops/get_item.js';
import type { TensorLike } from '../ops/call.js';
import { ellipsis, slice } from '../boundary/python_values.js';
import type { Tensor } from '../tensors/tensor.js';

/** `caffe`: BGR, zero-centered; `tf`: -1 to 1; `torch`: 0 to 1, then normalized by channel. */
export type PreprocessMode = 'caffe' | 'tf' | 'torch';

/** Where the channels axis is; `channels_last` for null. */
export type DataFormat = 'channels_last' | 'channels_first' | null;

/** Options of `preprocessInput` of a family. */
export interface PreprocessOptions {
  dataFormat?: DataFormat;
}

const modes = ['caffe', 'tf', 'torch'];
const formats = ['channels_first', 'channels_last'];

/**
 * Converts images with RGB values of 0 to 255 to what a model was trained with.
 *
 * @param x images, [..., height, width, 3] or [..., 3, height, width], as a tensor, KerasTensor or nested arrays.
 * @throws ValueError for an unknown mode or data format.
 */
export function preprocessInput(
  x: TensorLike,
  { dataFormat = null, mode = 'caffe' }: PreprocessOptions & { mode?: PreprocessMode } = {},
): Tensor {
  if (!modes.includes(mode))
    throw new ValueError(
      `Expected mode to be one of \`caffe\`, \`tf\` or \`torch\`. Received: mode=${String(mode)}`,
    );
  if (dataFormat !== null && !formats.includes(dataFormat))
    throw new ValueError(
      'Expected data_format to be one of `channels_first` or `channels_last`. ' +
        `Received: data_format=${String(dataFormat)}`,
    );
  const images = convertToTensor(x);
  if (mode === 'tf') return subtract(divide(images, 127.5), 1);
  const isFirst = dataFormat === 'channels_first';
  if (mode === 'torch') {
    const scaled = divide(images, 255);
    const centered = add(scaled, channels([-0.485, -0.456, -0.406], scaled, isFirst));
    return divide(centered, channels([0.229, 0.224, 0.225], scaled, isFirst));
  }
  const bgr = reversedChannels(images, isFirst);
  return add(bgr, channels([-103.939, -116.779, -123.68], bgr, isFirst));
}

/** One number per channel, in the dtype of `x`, in a shape that broadcasts to it. */
function channels(values: readonly number[], x: Tensor, isFirst: boolean): Tensor {
  const ones = (count: number) => Array<number>(count).fill(1);
  const shape = !isFirst
    ? [...ones(x.rank - 1), 3]
    : x.rank === 3
      ? [3, 1, 1]
      : [1, 3, ...ones(x.rank - 2)];
  return reshape(convertToTensor(values, x.dtype), shape);
}

function reversedChannels(x: Tensor, isFirst: boolean): Tensor {
  const axis = !isFirst ? -1 : x.rank === 3 ? 0 : 1;
  const key = (i: number) =>
    axis === -1 ? [ellipsis, i] : axis === 0 ? [i, ellipsis] : [slice(), i];
  return stack(
    [2, 1, 0].map((i) => getItem(x, key(i))),
    axis,
  );
}

/** A class of a model and its score: id, name, score. */
export type Prediction = [id: string, name: string, score: number];

/** Options of `decodePredictions`. */
export interface DecodeOptions {
  /** How many classes to return for each image. */
  top?: number;
  /**
   * Id and name of each class, by index: what Keras downloads as `imagenet_class_index.json`, as an array or as that
   * object.
   */
  labels:
    readonly (readonly [string, string])[] | Readonly<Record<string, readonly [string, string]>>;
}

/**
 * The most probable classes of each image.
 *
 * @param predictions a tensor [images, 1000].
 * @throws ValueError for another shape, or when a label is missing.
 */
export function decodePredictions(
  predictions: TensorLike,
  { top = 5, labels }: DecodeOptions,
): Prediction[][] {
  const scores = convertToTensor(predictions);
  const [count, classes] = scores.shape as number[];
  if (scores.rank !== 2 || classes !== 1000)
    throw new ValueError(
      '`decode_predictions` expects a batch of predictions (i.e. a 2D array of shape (samples, 1000)). ' +
        `Received array with shape: (${scores.shape.join(', ')})`,
    );
  const data = scores.data();
  const named = labels as Readonly<Record<number, readonly [string, string] | undefined>>;
  return Array.from({ length: count! }, (_, i) => {
    const row = Array.from(data.subarray(i * classes, (i + 1) * classes), Number);
    const order = row.map((_, at) => at).sort((a, b) => row[b]! - row[a]!);
    return order.slice(0, top).map((at): Prediction => {
      const label = named[at];
      if (label === undefined) throw new ValueError(`\`labels\` lacks class ${at}.`);
      return [label[0], label[1], row[at]!];
    });
  });
}
