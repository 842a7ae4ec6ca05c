// The layers that have a form in ONNX, by class. A new one is an entry of the table of its family.
import type { LayerForm } from '../model/call.js';
import { activationLayers } from './activations.js';
import { attentionLayers } from './attention.js';
import { convolutionalLayers } from './convolutional.js';
import { coreLayers } from './core.js';
import { lookupLayers } from './lookups.js';
import { mergingLayers } from './merging.js';
import { normalizationLayers } from './normalization.js';
import { poolingLayers } from './pooling.js';
import { preprocessingLayers } from './preprocessing.js';
import { reshapingLayers } from './reshaping.js';
import { rnnLayers } from './rnn.js';
import { spectrogramLayers } from './spectrograms.js';

export const layerForms: Readonly<Record<string, LayerForm>> = {
  ...activationLayers,
  ...attentionLayers,
  ...convolutionalLayers,
  ...coreLayers,
  ...lookupLayers,
  ...mergingLayers,
  ...normalizationLayers,
  ...poolingLayers,
  ...preprocessingLayers,
  ...reshapingLayers,
  ...rnnLayers,
  ...spectrogramLayers,
};
