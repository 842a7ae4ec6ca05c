// `applications`: preprocessing and predictions of the models of keras.applications. The models themselves are opened from
// files.

import { convertToTensor } from '../ops/generated.js';
import type { TensorLike } from '../ops/call.js';
import type { Tensor } from '../tensors/tensor.js';
import {
  decodePredictions,
  preprocessInput,
  type PreprocessMode,
  type PreprocessOptions,
} from './imagenet_utils.js';

export type {
  DataFormat,
  DecodeOptions,
  Prediction,
  PreprocessMode,
  PreprocessOptions,
} from './imagenet_utils.js';

export const imagenet_utils = { preprocessInput, decodePredictions };

/** The functions of one family of models. */
export interface Application {
  /** Converts RGB values of 0 to 255 to what the models of this family were trained with. */
  preprocessInput(x: TensorLike, options?: PreprocessOptions): Tensor;
  decodePredictions: typeof decodePredictions;
}

/** @param mode null for models that contain their preprocessing. */
const family = (mode: PreprocessMode | null): Application => ({
  preprocessInput: (x, options = {}) =>
    mode === null ? convertToTensor(x) : preprocessInput(x, { ...options, mode }),
  decodePredictions,
});

// The names are Keras's module names.

export const convnext = family(null);
export const densenet = family('torch');
export const efficientnet = family(null);
export const efficientnet_v2 = family(null);
export const inception_resnet_v2 = family('tf');
export const inception_v3 = family('tf');
export const mobilenet = family('tf');
export const mobilenet_v2 = family('tf');
export const mobilenet_v3 = family(null);
export const nasnet = family('tf');
export const resnet = family('caffe');
export const resnet50 = family('caffe');
export const resnet_v2 = family('tf');
export const vgg16 = family('caffe');
export const vgg19 = family('caffe');
export const xception = family('tf');
