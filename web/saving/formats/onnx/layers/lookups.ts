// Indices of strings and integers in a vocabulary (keras/src/layers/preprocessing/index_lookup.py).
import { cast, multiply, where } from '../graph/elementwise.js';
import { NoOnnxForm, type Value } from '../graph/value.js';
import type { Call, LayerForm } from '../model/call.js';
import type { Json } from '../../../model_description.js';
import { encodeCategories } from './categories.js';

type Token = string | number;

/** Marks tokens that are not in the vocabulary, until they get their own index. */
const UNKNOWN = -2;
/** The index of masked tokens in encoded outputs: no category. */
const NO_CATEGORY = -1;

interface Vocabulary {
  readonly tokens: readonly Token[];
  readonly mask: Token | null;
  readonly oovIndices: number;
  /** The index of the first token outside the vocabulary. */
  readonly oovStart: number;
}

function vocabularyOf({ config, layer }: Call): Vocabulary {
  const tokens = layer.vocabulary ?? [];
  if (tokens.length === 0) throw new NoOnnxForm('it has no vocabulary yet');
  const mask = (config['mask_token'] ?? null) as Token | null;
  const all = mask === null ? tokens : [mask, ...tokens];
  if (all.some((token) => typeof token === 'number' && !Number.isSafeInteger(token)))
    throw new NoOnnxForm('its vocabulary has integers of more than 53 bits');
  const oovIndices = config['num_oov_indices'] as number;
  const oovStart = mask !== null && config['output_mode'] === 'int' ? 1 : 0;
  return { tokens, mask, oovIndices, oovStart };
}

const attributeFor = (kind: 'keys' | 'values', tokens: readonly Token[]): Json => ({
  [`${kind}_${typeof tokens[0] === 'string' ? 'strings' : 'int64s'}`]: tokens,
});

function lookup(call: Call): Value {
  const { config, dtype } = call;
  const vocabulary = vocabularyOf(call);
  if (config['invert'] === true) return tokensOf(call, vocabulary);
  const index = indicesOf(call, vocabulary);
  const mode = String(config['output_mode']);
  if (mode === 'int') return index;
  const size = vocabulary.oovStart + vocabulary.oovIndices + vocabulary.tokens.length;
  const depth = config['pad_to_max_tokens'] === true ? (config['max_tokens'] as number) : size;
  if (mode !== 'tf_idf') return encodeCategories(call.g, index, mode, depth, 'int64');
  const counts = encodeCategories(call.g, index, 'count', depth, 'float32');
  return cast(call.g, multiply(call.g, counts, call.weight('idf_weights', 'float32')), dtype);
}

function indicesOf({ g, config, input }: Call, vocabulary: Vocabulary): Value {
  const { tokens, mask, oovIndices, oovStart } = vocabulary;
  const isText = typeof tokens[0] === 'string';
  if (isText !== (input.dtype === 'string'))
    throw new NoOnnxForm(`it looks up ${isText ? 'strings' : 'integers'} in ${input.dtype}`);
  const isDistributed = oovIndices > 1;
  if (isDistributed && (isText || config['oov_method'] === 'farmhash'))
    throw new NoOnnxForm('ONNX lacks the hash that distributes unknown tokens');
  const first = oovStart + oovIndices;
  const indices = tokens.map((_, i) => first + i);
  const masked = config['output_mode'] === 'int' ? 0 : NO_CATEGORY;
  const other = oovIndices === 1 ? oovStart : isDistributed ? UNKNOWN : NO_CATEGORY;
  const x = isText ? input : cast(g, input, 'int64');
  const attributes = {
    ...attributeFor('keys', mask === null ? tokens : [mask, ...tokens]),
    values_int64s: mask === null ? indices : [masked, ...indices],
    default_int64: other,
  };
  const found = g.op('ai.onnx.ml.LabelEncoder', [x], attributes, [x.shape, 'int64']);
  if (!isDistributed) return found;
  const count = g.scalar(oovIndices, 'int64');
  const remainder = g.op('Mod', [x, count], {}, [x.shape, 'int64']); // of the sign of `count`, as in Python
  const isUnknown = g.op('Equal', [found, g.scalar(UNKNOWN, 'int64')], {}, [x.shape, 'bool']);
  const own = g.op('Add', [remainder, g.scalar(oovStart, 'int64')], {}, [x.shape, 'int64']);
  return where(g, isUnknown, own, found);
}

function tokensOf({ g, config, input }: Call, vocabulary: Vocabulary): Value {
  const { tokens, mask, oovIndices, oovStart } = vocabulary;
  const first = oovStart + oovIndices;
  const isText = typeof tokens[0] === 'string';
  const x = cast(g, input, 'int64');
  const indices = tokens.map((_, i) => first + i);
  const attributes = {
    keys_int64s: mask === null ? indices : [0, ...indices],
    ...attributeFor('values', mask === null ? tokens : [mask, ...tokens]),
    [isText ? 'default_string' : 'default_int64']: config['oov_token'] as Token,
  };
  const dtype = isText ? 'string' : 'int64';
  return g.op('ai.onnx.ml.LabelEncoder', [x], attributes, [x.shape, dtype]);
}

export const lookupLayers: Readonly<Record<string, LayerForm>> = {
  StringLookup: { form: lookup, autocast: false },
  IntegerLookup: { form: lookup, autocast: false },
};
