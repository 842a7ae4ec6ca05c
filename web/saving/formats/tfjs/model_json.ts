// `model.json` of a TensorFlow.js layers model: the config, and which weight is where in which shard
// (tfjs-core/src/io/types.ts, tfjs-layers/src/models.ts).
import { ValueError } from '../../../errors/errors.js';
import { isNameBeside } from '../read_beside.js';

/** How the elements of a weight are stored in fewer bits. */
export interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  /** A stored element times `scale` plus `min` is the value, for integers. */
  readonly scale: number;
  readonly min: number;
}

/** A weight in the content of a group. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization: Quantization | undefined;
}

/** Weights that follow each other in the joined content of some files. */
export interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightSpec[];
}

export interface ModelJson {
  /** The keys of the record of the model: `class_name` and `config`. */
  readonly modelPath: readonly string[];
  /** The version of Keras as the core understands it. */
  readonly version: string;
  /** The keys of the training config; undefined when the model was not compiled. */
  readonly trainingPath: readonly string[] | undefined;
  readonly groups: readonly WeightGroup[];
  /** What the file states about itself: `generatedBy`, `convertedBy`, `userDefinedMetadata`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string';

const refuse = (name: string, reason: string): ValueError =>
  new ValueError(`${name} is not a layers model of TensorFlow.js: ${reason}.`);

/**
 * Checks the content of a `model.json` that messages call `name`. Undefined for JSON of another kind.
 *
 * @throws ValueError for graph models, and for weights that the file does not describe as TensorFlow.js does.
 */
export function readModelJson(json: unknown, name: string): ModelJson | undefined {
  if (!isObject(json) || !('modelTopology' in json || 'weightsManifest' in json)) return undefined;
  if (json.format === 'graph-model')
    throw refuse(
      name,
      'it is a graph model, the operations of TensorFlow without the layers of Keras',
    );
  const topology = json.modelTopology;
  if (!isObject(topology)) throw refuse(name, 'it has no `modelTopology`');
  const model = topology.model_config ?? topology;
  if (!isObject(model) || !isText(model.class_name))
    throw refuse(name, 'its `modelTopology` is not the config of a model');
  return {
    modelPath:
      topology.model_config != null ? ['modelTopology', 'model_config'] : ['modelTopology'],
    version: versionOf(topology.keras_version ?? model.keras_version),
    trainingPath: trainingPathIn(json, topology),
    groups: groupsOf(json.weightsManifest ?? [], name),
    metadata: metadataOf(json),
  };
}

function trainingPathIn(json: Json, topology: Json): readonly string[] | undefined {
  if (topology.training_config != null) return ['modelTopology', 'training_config'];
  return json.trainingConfig == null ? undefined : ['trainingConfig'];
}

// TensorFlow.js states its own version; its configs are Keras 2's.
function versionOf(stated: unknown): string {
  if (isText(stated) && /^\d/.test(stated)) return stated;
  const version = isText(stated) ? /[\d.]+$/.exec(stated)?.[0] : undefined;
  return `${OWN_VERSION}${version === undefined ? '' : ` ${version}`})`;
}

const OWN_VERSION = '2 (TensorFlow.js';

/** Whether TensorFlow.js wrote the config, not its converter. */
export const isOwnConfig = ({ version }: ModelJson): boolean => version.startsWith(OWN_VERSION);

function metadataOf(json: Json): Json {
  const keys = ['format', 'generatedBy', 'convertedBy', 'userDefinedMetadata'];
  return Object.fromEntries(keys.filter((key) => json[key] != null).map((key) => [key, json[key]]));
}

function groupsOf(manifest: unknown, name: string): WeightGroup[] {
  if (!Array.isArray(manifest)) throw refuse(name, 'its `weightsManifest` is not a list');
  return manifest.map((group: unknown) => {
    const { paths, weights } = isObject(group) ? group : {};
    if (!Array.isArray(paths) || !Array.isArray(weights))
      throw refuse(name, 'a group of its `weightsManifest` has no `paths` and `weights`');
    if (!paths.every(isNameBeside))
      throw refuse(name, 'the `paths` of its weights are not names of files beside it');
    return { paths, weights: weights.map((spec: unknown) => specOf(spec, name)) };
  });
}

const isSize = (dim: unknown): dim is number =>
  typeof dim === 'number' && Number.isSafeInteger(dim) && dim >= 0;

const MAX_RANK = 32;

function specOf(spec: unknown, name: string): WeightSpec {
  const { name: weight, shape, dtype, quantization } = isObject(spec) ? spec : {};
  if (!isText(weight)) throw refuse(name, 'a weight has no name');
  const isShape = Array.isArray(shape) && shape.length <= MAX_RANK && shape.every(isSize);
  if (!isShape || !isText(dtype))
    throw refuse(name, `the weight '${weight}' has no shape and dtype`);
  return { name: weight, shape, dtype, quantization: quantizationOf(quantization, weight, name) };
}

function quantizationOf(given: unknown, weight: string, name: string): Quantization | undefined {
  if (given === undefined || given === null) return undefined;
  const { dtype, scale = 1, min = 0 } = isObject(given) ? given : {};
  const isKnown = dtype === 'uint8' || dtype === 'uint16' || dtype === 'float16';
  if (!isKnown || typeof scale !== 'number' || typeof min !== 'number')
    throw refuse(name, `the quantization of '${weight}' is unknown`);
  return { dtype, scale, min };
}
