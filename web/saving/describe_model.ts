// Copies the config and weights of a model of the core, for formats of other libraries.
import { unpack } from '../boundary/codec.js';
import { core } from '../boundary/core.js';
import { parseJson } from '../boundary/json.js';
import { builtinName, infoOf, objectOf, objectsOf, type CoreObject } from '../boundary/registry.js';
import type { RawVariable } from '../boundary/raw.js';
import { fromCore } from './core_arrays.js';
import type { ArrayValue } from './named_arrays.js';
import { writeObjectWeights } from './object_weights.js';
import { PartedBytes } from './parted_bytes.js';
import type { SavableModel } from './savable_model.js';
import { KERAS_VERSION } from './written_version.js';
import type { Json, LayerDescription, ModelDescription } from './model_description.js';

interface TensorInfo {
  readonly shape: readonly (number | null)[];
  readonly dtype: string;
}

/** A copy of the config and weights of a model. AttributeError for a Sequential that has no input yet. */
export function describeModel(model: SavableModel): ModelDescription {
  const described = new ModelSource().layer(objectOf(infoOf(model.raw).uid));
  if (described.kind === 'model') return { model: described, inputs: [], producerVersion: '' };
  const tensors = unpack(core().modelTensors(model.raw, true, true)) as TensorInfo[];
  const names = inputNames(described);
  return {
    model: described,
    inputs: tensors.map(({ shape, dtype }, i) => ({
      name: names[i] ?? `input_${i}`,
      shape: [...shape],
      dtype,
    })),
    producerVersion: KERAS_VERSION,
  };
}

// The names of the input layers, in the order of the model's inputs.
function inputNames({ config, kind }: LayerDescription): string[] {
  if (kind === 'functional') return namesIn(config['input_layers']);
  const layers = config['layers'] as readonly { config: Json }[];
  return layers.slice(0, 1).map((layer) => String(layer.config['name']));
}

function namesIn(structure: unknown): string[] {
  if (Array.isArray(structure))
    return typeof structure[0] === 'string' ? [structure[0]] : structure.flatMap(namesIn);
  const dict = (structure ?? {}) as Json;
  return Object.keys(dict)
    .sort()
    .flatMap((key) => namesIn(dict[key]));
}

// Describes each layer once: models share them.
class ModelSource {
  readonly #known = new Map<CoreObject, LayerDescription>();

  layer(object: CoreObject): LayerDescription {
    const found = this.#known.get(object);
    if (found) return found;
    const made = this.#describe(object);
    this.#known.set(object, made);
    return made;
  }

  #describe(object: CoreObject): LayerDescription {
    const { raw } = object;
    const { kind, className } = infoOf(raw);
    const isModel = kind === 'functional' || kind === 'sequential' || kind === 'model';
    const isOperation = kind === 'operation';
    const state = isOperation
      ? { computeDtype: 'float32', supportsMasking: false }
      : parseJson<{ computeDtype: string; supportsMasking: boolean }>(core().layerState(raw));
    return {
      name: core().operationName(raw),
      className,
      isCustom: builtinName(object.constructor) === undefined,
      kind: isModel || isOperation ? kind : 'layer',
      config: kind === 'model' ? {} : parseJson<Json>(core().objectConfig(raw)),
      computeDtype: state.computeDtype,
      supportsMasking: state.supportsMasking,
      weights: isModel || isOperation ? new Map() : weightsOf(object),
      ...(LOOKUPS.includes(className) ? lookupContent(object) : {}),
      children: isModel || isOperation ? new Map() : this.#children(object),
      layers: this.#layers(object, kind),
    };
  }

  #layers({ raw }: CoreObject, kind: string): LayerDescription[] {
    if (kind === 'functional')
      return objectsOf(core().modelOperations(raw)).map((each) => this.layer(each));
    if (kind === 'sequential')
      return objectsOf(core().modelLayers(raw)).map((each) => this.layer(each));
    return [];
  }

  #children({ raw }: CoreObject): Map<string, LayerDescription> {
    const pairs = unpack(core().layerSavedChildren(raw)) as [string, CoreObject][];
    return new Map(pairs.map(([name, child]) => [name, this.layer(child)]));
  }
}

const LOOKUPS = ['StringLookup', 'IntegerLookup'];

// Tokens and their weights, which are not variables.
function lookupContent({ raw }: CoreObject): Pick<LayerDescription, 'vocabulary' | 'weights'> {
  const vocabulary = parseJson<(string | number)[]>(core().layerVocabulary(raw, false));
  const weights = new Map<string, ArrayValue>();
  if (vocabulary.length === 0) return { vocabulary, weights };
  const taken = writeObjectWeights(raw, {
    attribute: () => undefined,
    write: (path, { shape, dtype, bytes }) =>
      weights.set(path.slice(path.lastIndexOf('/') + 1), {
        ...{ shape, dtype },
        bytes: new PartedBytes([bytes]).join(),
      }),
    finish: () => undefined,
  });
  taken.release();
  return { vocabulary, weights };
}

function weightsOf({ raw }: CoreObject): Map<string, ArrayValue> {
  const variables = core().layerVariables(raw, 'own');
  try {
    return new Map(variables.map((variable) => [nameOf(variable), valueOf(variable)]));
  } finally {
    for (const variable of variables) variable.delete();
  }
}

const nameOf = (variable: RawVariable): string => {
  const { path } = parseJson<{ path: string }>(core().variableInfo(variable));
  return path.slice(path.lastIndexOf('/') + 1);
};

function valueOf(variable: RawVariable): ArrayValue {
  const value = core().variableStoredValue(variable);
  try {
    return fromCore(value);
  } finally {
    value.delete();
  }
}
