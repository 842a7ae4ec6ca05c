// The bases of layers that learn from data, and of those with a vocabulary.

import { core } from '../boundary/core.js';
import { parseJson, writeJson } from '../boundary/json.js';
import { isTypedArray, type TensorData } from '../tensors/data.js';
import { tensor } from '../tensors/create.js';
import { Tensor } from '../tensors/tensor.js';
import { Layer } from './layer.js';

/** Data that a layer adapts to: a tensor, nested arrays or a typed array. */
export type AdaptData = Tensor | TensorData;

/** A layer that learns from data: `Normalization`, `Discretization`, and the layers with a vocabulary. */
export class AdaptableLayer extends Layer {
  /**
   * Learns from data, and forgets what it had learned before. A tensor, a typed array or nested arrays are all of the
   * data; an array of tensors and any other iterable, such as a generator, are batches, of which there may be none.
   *
   * @param options.steps largest number of batches that are taken from an iterable.
   * @throws ValueError for a layer whose vocabulary or boundaries were given to its constructor.
   */
  adapt(
    data: AdaptData | Iterable<AdaptData>,
    { steps = Infinity }: { steps?: number } = {},
  ): void {
    if (!isBatches(data)) {
      withTensor(data, (made) => core().layerAdapt(this.raw, made.raw));
      return;
    }
    core().layerAdaptBegin(this.raw);
    let step = 0;
    for (const batch of data) {
      if (step++ >= steps) break;
      withTensor(batch, (made) => core().layerAdaptBatch(this.raw, made.raw));
    }
    core().layerAdaptEnd(this.raw);
  }
}

function withTensor(data: AdaptData, use: (made: Tensor) => void): void {
  if (data instanceof Tensor) return use(data);
  const made = tensor(data);
  try {
    use(made);
  } finally {
    made.dispose();
  }
}

function isBatches(data: AdaptData | Iterable<AdaptData>): data is Iterable<AdaptData> {
  if (typeof data !== 'object' || data === null) return false;
  if (Array.isArray(data)) return data.length === 0 || data[0] instanceof Tensor;
  return !(data instanceof Tensor) && !isTypedArray(data) && Symbol.iterator in data;
}

/** A layer with a vocabulary of strings or integers. */
export class VocabularyLayer<Token extends string | number = string> extends AdaptableLayer {
  /**
   * The tokens by index.
   *
   * @param includeSpecialTokens whether the tokens for masked and unknown inputs, which come first, are included.
   */
  getVocabulary(includeSpecialTokens = true): Token[] {
    return parseJson<Token[]>(core().layerVocabulary(this.raw, includeSpecialTokens));
  }

  /**
   * Replaces the vocabulary.
   *
   * @param idfWeights the inverse document frequency of each token, for `outputMode: 'tf_idf'`.
   * @throws ValueError for repeated tokens, and for special tokens that are not in front.
   */
  setVocabulary(vocabulary: readonly Token[], idfWeights: readonly number[] | null = null): void {
    core().layerSetVocabulary(this.raw, writeJson(vocabulary), writeJson(idfWeights));
  }

  /** The number of tokens, special tokens included. */
  vocabularySize(): number {
    return core().layerVocabularySize(this.raw);
  }
}
