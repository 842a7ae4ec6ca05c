// Layers models of TensorFlow.js, written: a `model.json` with config and names, and shards with the weights.
import { NotImplementedError } from '../../../../errors/errors.js';
import { describeModel } from '../../../describe_model.js';
import {
  refusal,
  type Json,
  type LayerDescription,
  type Problem,
} from '../../../model_description.js';
import type { ArrayValue } from '../../../named_arrays.js';
import type { SavableModel } from '../../../savable_model.js';
import type { FilesToWrite } from '../../file_format.js';
import { layersConfig } from './layers_config.js';
import { joinedBytes } from '../../../joined_bytes.js';

/** Bytes of a shard: browsers cache files of this size. */
const SHARD_BYTES = 4 * 2 ** 20;

/**
 * The files of a model: the shards, and `name`, which lists them.
 *
 * @throws NotImplementedError with the names of all layers that TensorFlow.js cannot express.
 */
export function writeTfjs(model: SavableModel, name: string): Promise<FilesToWrite> {
  return new Promise((resolve) => resolve(tfjsFiles(model, name)));
}

function tfjsFiles(model: SavableModel, name: string): FilesToWrite {
  const { model: described, inputs } = describeModel(model);
  if (described.kind === 'model') throw subclassed(described);
  const { record, problems } = layersConfig(described, inputs[0]?.shape);
  if (problems.length > 0) throw refuse(described.name, problems);
  const weights = namedWeights(described);
  if (weights.problems.length > 0) throw refuse(described.name, weights.problems);
  const content = joinedBytes([...weights.arrays.values()].map(({ bytes }) => bytes));
  const shards = shardsOf(content, name.replace(/\.json$/, ''));
  const json: Json = {
    format: 'layers-model',
    generatedBy: 'keras-wasm',
    convertedBy: null,
    // The dialect of the config, by which TensorFlow.js and others read it.
    modelTopology: { keras_version: '2.15.0', backend: 'tensorflow', model_config: record },
    weightsManifest: [
      {
        paths: shards.map(([path]) => path),
        weights: [...weights.arrays].map(([each, { shape, dtype }]) => ({
          name: each,
          shape,
          dtype,
        })),
      },
    ],
  };
  return new Map([...shards, [name, new TextEncoder().encode(JSON.stringify(json))]]);
}

const refuse = (model: string, problems: readonly Problem[]): NotImplementedError =>
  new NotImplementedError(refusal(model, 'a layers model of TensorFlow.js', problems));

const subclassed = ({ name, className }: LayerDescription): NotImplementedError =>
  refuse(name, [{ layer: name, className, reason: 'a subclassed model is code, not a graph' }]);

interface NamedWeights {
  readonly arrays: Map<string, ArrayValue>;
  readonly problems: Problem[];
}

const DTYPES: readonly string[] = ['float32', 'int32', 'bool', 'uint8'];

/** Names that TensorFlow.js gives weights otherwise. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  DepthwiseConv2D: { kernel: 'depthwise_kernel' },
};

function namedWeights(model: LayerDescription): NamedWeights {
  const problems: Problem[] = [];
  const arrays = new Map<string, ArrayValue>();
  const seen = new Set<LayerDescription>();
  const add = (layer: LayerDescription, prefix: string): void => {
    for (const [own, value] of layer.weights) {
      const name = `${prefix}/${RENAMED[layer.className]?.[own] ?? own}`;
      const report = (reason: string): void => {
        problems.push({ layer: layer.name, className: layer.className, reason });
      };
      if (!DTYPES.includes(value.dtype)) report(`it has a weight of dtype ${value.dtype}`);
      else if (arrays.has(name)) report(`another layer has a weight with the name ${name}`);
      else arrays.set(name, value);
    }
  };
  const visit = (layer: LayerDescription, prefix: string): void => {
    if (seen.has(layer)) return;
    seen.add(layer);
    if (layer.layers.length > 0) return layer.layers.forEach((each) => visit(each, each.name));
    add(layer, prefix);
    // As TensorFlow.js, which names the weights of a cell or a wrapped layer after the outer layer.
    const isBidirectional = layer.className === 'Bidirectional';
    const children = [...layer.children.values()];
    // Forward first, as readers expect that go by the order.
    for (const child of isBidirectional ? children.reverse() : children)
      visit(child, isBidirectional ? `${prefix}/${child.name}` : prefix);
  };
  visit(model, model.name);
  return { arrays, problems };
}

function shardsOf(content: Uint8Array, base: string): [string, Uint8Array][] {
  const count = Math.max(1, Math.ceil(content.length / SHARD_BYTES));
  return Array.from({ length: count }, (_, i) => [
    `${base}-shard${i + 1}of${count}.bin`,
    content.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES),
  ]);
}
