// diffModels: the differences between two models, as data and as text.

import { core } from '../boundary/core.js';
import { describe } from '../tensors/data.js';
import { KerasTypeError } from '../errors/errors.js';
import { parseJson } from '../boundary/json.js';
import { Model } from './model.js';
import { readOptions } from '../boundary/option_reader.js';
import type { DType, JsonValue } from '../base/config.js';

/** A value of a config that differs. `from` or `to` is missing when that side does not have the key. */
export interface ValueDiff {
  /**
   * Path of the value: `units`, `kernel_initializer.config.seed`, `cells[0].config.units`, `class_name`; for arguments of
   * calls that are not tensors `calls[0].args[1]` and `calls[0].kwargs.axis`.
   */
  readonly key: string;
  readonly from?: JsonValue;
  readonly to?: JsonValue;
}

/** A weight whose bits, shape or dtype differ, or that one side lacks: that side is null. */
export interface WeightDiff {
  /** Name of the weight: `kernel`, or `forward_lstm/lstm_cell/kernel` in a wrapper. */
  readonly weight: string;
  readonly from: { readonly shape: readonly number[]; readonly dtype: DType } | null;
  readonly to: { readonly shape: readonly number[]; readonly dtype: DType } | null;
  /** Largest absolute difference of two elements; NaN when only one of them is a number, null when the shapes differ. */
  readonly maxDifference: number | null;
}

/** The inputs of each call of a layer, `[['dense'], ['dense_1', 'lstm:2']]`, named as for `subModel`. */
export type CallInputs = readonly (readonly string[])[];

/** A layer or an operation of `ops` that differs. */
export interface LayerDiff {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Path of the layer, `encoder/dense` in a nested model: in the second model, in the first one for a removed layer. */
  readonly layer: string;
  /** Path in the first model, of a renamed layer. */
  readonly was?: string;
  /** Class in the second model, in the first one for a removed layer. */
  readonly className: string;
  /** Values of the config that differ. */
  readonly config: readonly ValueDiff[];
  /** Inputs of its calls, for layers that were added, removed or rewired. */
  readonly inputs?: { readonly from?: CallInputs; readonly to?: CallInputs };
  readonly weights: readonly WeightDiff[];
}

/** Options of `diffModels`. */
export interface DiffOptions {
  /** Whether to compare the values of weights. True by default. */
  weights?: boolean;
}

interface DiffData {
  model: Pick<LayerDiff, 'className' | 'config' | 'weights'>;
  layers: LayerDiff[];
  sameLayers: number;
  sameWeights: number;
}

/** The result of `diffModels`: plain data, which `JSON.stringify` keeps and `String(diff)` prints. */
export class ModelDiff {
  /** Whether nothing differs, down to the bits of the weights. */
  readonly equal: boolean;
  readonly from: { readonly name: string; readonly className: string };
  readonly to: { readonly name: string; readonly className: string };
  /** Differences of the model itself: `name`, `class_name`, `trainable`, `inputs`, `outputs`, `compile_config.optimizer`. */
  readonly model: Pick<LayerDiff, 'config' | 'weights'>;
  /** Layers that differ, in the order of the second model; removed layers at their position in the first. */
  readonly layers: readonly LayerDiff[];
  /** Number of layers without a difference. */
  readonly sameLayers: number;
  /** Number of weights with equal bits; null when weights were not compared. */
  readonly sameWeights: number | null;

  /** @internal Use `diffModels`. */
  constructor(from: Model, to: Model, data: DiffData, withWeights: boolean) {
    const { config, weights } = data.model;
    this.equal = config.length === 0 && weights.length === 0 && data.layers.length === 0;
    this.from = { name: from.name, className: from.className };
    this.to = { name: to.name, className: to.className };
    this.model = { config, weights };
    this.layers = data.layers;
    this.sameLayers = data.sameLayers;
    this.sameWeights = withWeights ? data.sameWeights : null;
  }

  /** Layers that are only in the second model. */
  get added(): LayerDiff[] {
    return this.layers.filter(({ kind }) => kind === 'added');
  }

  /** Layers that are only in the first model. */
  get removed(): LayerDiff[] {
    return this.layers.filter(({ kind }) => kind === 'removed');
  }

  /** Layers that are in both models and differ. */
  get changed(): LayerDiff[] {
    return this.layers.filter(({ kind }) => kind === 'changed');
  }

  /** Changed layers whose name differs. */
  get renamed(): LayerDiff[] {
    return this.changed.filter(({ was }) => was !== undefined);
  }

  /** Changed layers whose inputs differ. */
  get rewired(): LayerDiff[] {
    return this.changed.filter(({ inputs }) => inputs !== undefined);
  }

  /** All weights that differ, with the paths of their layers. */
  get weights(): (WeightDiff & { readonly layer: string })[] {
    return this.layers.flatMap(({ layer, weights }) =>
      weights.map((weight) => ({ layer, ...weight })),
    );
  }

  /** One line for each layer that differs, and one below it for each difference. */
  toString(): string {
    const title = `${this.from.name} (${this.from.className}) -> ${this.to.name} (${this.to.className})`;
    return [
      title,
      ...this.model.config.map((value) => `    ${valueText(value)}`),
      ...this.model.weights.map((weight) => `    ${weightText(weight)}`),
      ...this.layers.flatMap(layerLines),
      this.#closing(),
    ].join('\n');
  }

  #closing(): string {
    const count = (number: number, what: string): string =>
      `${number} ${what}${number === 1 ? '' : 's'}`;
    const weights =
      this.sameWeights === null
        ? 'weights were not compared'
        : `${count(this.sameWeights, 'weight')} with the same bits`;
    return `${this.equal ? 'No differences' : '='} ${this.equal ? '(' : ''}${count(this.sameLayers, 'layer')} the same, ${weights}${this.equal ? ')' : ''}`;
  }
}

/**
 * Compares two models: the layers that were added, removed, renamed or rewired, and the config values and weights that
 * differ.
 *
 * ```js
 * const diff = diffModels(model, clone);
 * if (!diff.equal) console.log(String(diff));
 * ```
 *
 * Layers are matched by name. A layer without a match counts as renamed if an unmatched layer of the same class in the
 * other model has the same config and the same inputs, or else the same config, or else the same inputs; the first such
 * layer is taken. Weights are matched by position, and by name when one layer has more of them. Nested models are
 * compared layer by layer. For subclassed models, layers, weights and config are compared, but not `call`.
 */
export function diffModels(a: Model, b: Model, options: DiffOptions = {}): ModelDiff {
  const { weights = true } = readOptions('diffModels()', options, { weights: true });
  for (const model of [a, b]) {
    if (!(model instanceof Model))
      throw new KerasTypeError(`diffModels() compares models. Received: ${describe(model)}`);
  }
  const data: unknown = parseJson(core().modelDiff(a.raw, b.raw, weights));
  return new ModelDiff(a, b, data as DiffData, weights);
}

// --- Text ---

const signs = { added: '+', removed: '-', changed: '~' } as const;

function layerLines(diff: LayerDiff): string[] {
  const { kind, layer, was, className, config, inputs, weights } = diff;
  const classChange = config.find(({ key }) => key === 'class_name');
  const classText = classChange
    ? `${String(classChange.from)} -> ${String(classChange.to)}`
    : className;
  const first = `${signs[kind]} ${layer} (${classText})${was === undefined ? '' : `, was ${was}`}`;
  if (kind === 'added') return [first + takes(', takes ', inputs?.to)];
  if (kind === 'removed') return [first + takes(', took ', inputs?.from)];
  return [
    first,
    ...(inputs ? [`    takes ${callsText(inputs.from)} -> ${callsText(inputs.to)}`] : []),
    ...config.filter((value) => value !== classChange).map((value) => `    ${valueText(value)}`),
    ...weights.map((weight) => `    ${weightText(weight)}`),
  ];
}

function takes(word: string, calls: CallInputs | undefined): string {
  return calls?.some((inputs) => inputs.length > 0) ? word + callsText(calls) : '';
}

// Of layers with many calls only the first are shown.
const maxCalls = 4;

function callsText(calls: CallInputs | undefined): string {
  if (!calls || calls.length === 0) return 'nothing';
  const texts = calls.slice(0, maxCalls).map((inputs) => inputs.join(' & ') || 'nothing');
  if (calls.length > maxCalls) texts.push(`... (${calls.length} calls)`);
  return texts.join(', ');
}

function valueText({ key, from, to }: ValueDiff): string {
  return `${key}: ${jsonText(from)} -> ${jsonText(to)}`;
}

const maxText = 60;

function jsonText(value: JsonValue | undefined): string {
  if (value === undefined) return '(none)';
  const text = recordText(value) ?? JSON.stringify(value);
  return text.length > maxText ? `${text.slice(0, maxText - 3)}...` : text;
}

// The record of an object as a call of its constructor: `GlorotUniform(seed=null)`.
function recordText(value: JsonValue): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { class_name: className, config } = value as Readonly<Record<string, JsonValue>>;
  if (typeof className !== 'string' || typeof config !== 'object' || config === null)
    return undefined;
  const args = Object.entries(config).map(([key, item]) => `${key}=${jsonText(item)}`);
  return `${className}(${args.join(', ')})`;
}

function weightText({ weight, from, to, maxDifference }: WeightDiff): string {
  const side = (one: WeightDiff['from']): string =>
    one ? `${one.dtype} (${one.shape.join(', ')})` : '(none)';
  const [before, after] = [side(from), side(to)];
  const what = before === after ? before : `${before} -> ${after}`;
  return `${weight}: ${what}${maxDifference === null ? '' : `, differs by up to ${shortNumber(maxDifference)}`}`;
}

function shortNumber(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
}
