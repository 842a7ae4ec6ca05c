// Configs in the dialect of TensorFlow.js, which is Keras 2's: no modules, calls as lists, dtypes as strings.
import type { Json, LayerDescription, Problem } from '../../../model_description.js';
import { isJson } from '../../../model_description.js';
import { ACTIVATIONS, INITIALIZERS, layerForm } from './layer_forms.js';
import { inboundNode, modelEnds, neededLayers } from './recorded_calls.js';

/** The record of a model, and what of it TensorFlow.js cannot express. */
export interface LayersConfig {
  readonly record: Json;
  readonly problems: readonly Problem[];
}

export function layersConfig(
  model: LayerDescription,
  inputShape: readonly (number | null)[] | undefined,
): LayersConfig {
  const writer = new ConfigWriter(makesMasks(model));
  const record = writer.model(model, inputShape);
  return { record, problems: writer.problems };
}

/**
 * Options that say how training goes on, or that Keras 2 lacks. TensorFlow.js applies constraints when it assigns weights,
 * and refuses to call layers with an activity regularizer.
 */
const LEFT_OUT: readonly string[] = [
  'activity_regularizer',
  'quantization_config',
  'lora_rank',
  'lora_alpha',
  'use_cudnn',
  'seed',
  'synchronized',
  'renorm',
  'renorm_clipping',
  'renorm_momentum',
  'zero_output_for_mask',
  'rms_scaling',
];

// Whether a layer of the model or below makes masks.
function makesMasks(model: LayerDescription): boolean {
  return model.layers.some(
    (layer) =>
      layer.className === 'Masking' || layer.config['mask_zero'] === true || makesMasks(layer),
  );
}

// The shape of the input in a record; undefined where it has none or several.
function builtShape(record: Json): readonly (number | null)[] | undefined {
  const built = record['build_config'];
  const shape: unknown = isJson(built) ? built['input_shape'] : undefined;
  const isShape = Array.isArray(shape) && shape.every((dim) => !Array.isArray(dim));
  return isShape ? (shape as (number | null)[]) : undefined;
}

class ConfigWriter {
  readonly problems: Problem[] = [];
  readonly #isMasked: boolean;

  constructor(isMasked: boolean) {
    this.#isMasked = isMasked;
  }

  model(model: LayerDescription, inputShape?: readonly (number | null)[]): Json {
    const { config } = model;
    if (model.kind === 'sequential') {
      const records = (config['layers'] as Json[]).map((record) =>
        this.#layer(
          record,
          model.layers.find(({ name }) => name === nameOf(record)),
        ),
      );
      const first = records[0];
      const isOpen = first !== undefined && !('batch_input_shape' in (first['config'] as Json));
      if (isOpen && inputShape && isJson(first['config']))
        records[0] = { ...first, config: { ...first['config'], batch_input_shape: inputShape } };
      return { class_name: 'Sequential', config: { name: model.name, layers: records } };
    }
    const needed = neededLayers(model);
    const records = (config['layers'] as Json[]).filter(({ name }) => needed.has(String(name)));
    const layers = records.map((record) => {
      const layer = model.layers.find(({ name }) => name === record['name'])!;
      const written = this.#layer(record, layer);
      const nodes = (record['inbound_nodes'] as Json[]).map((node) => inboundNode(node, model));
      if (nodes.includes(undefined)) this.#report(layer, 'it is called with more than its inputs');
      return { ...written, name: record['name'], inbound_nodes: nodes };
    });
    const outputs = modelEnds(config['output_layers'], model);
    if (new Set(outputs.map((end) => JSON.stringify(end))).size < outputs.length)
      this.#report(model, 'it has an output twice');
    return {
      class_name: 'Functional',
      config: {
        name: model.name,
        layers,
        input_layers: modelEnds(config['input_layers'], model),
        output_layers: outputs,
      },
    };
  }

  // The first reason of each layer.
  #report({ name, className }: Pick<LayerDescription, 'name' | 'className'>, reason: string): void {
    if (this.problems.every(({ layer }) => layer !== name))
      this.problems.push({ layer: name, className, reason });
  }

  #layer(record: Json, layer: LayerDescription | undefined): Json {
    if (layer?.kind === 'functional' || layer?.kind === 'sequential')
      return this.model(layer, builtShape(record));
    const name = nameOf(record);
    const className = String(record['class_name']);
    const report = (reason: string): void => this.#report({ name, className }, reason);
    if (layer?.isCustom) report('its class is user-defined');
    else if (layer?.kind === 'operation') report('TensorFlow.js has no operations in graphs');
    else return { class_name: className, config: this.#config(record, report) };
    return {};
  }

  #config(record: Json, report: (reason: string) => void): Json {
    const className = String(record['class_name']);
    const form = layerForm(className);
    if (!form) {
      report(`TensorFlow.js has no ${className}`);
      return {};
    }
    const shape = builtShape(record);
    const changed = form(record['config'] as Json, { shape, isMasked: this.#isMasked });
    if (typeof changed === 'string') {
      report(changed);
      return {};
    }
    const entries = Object.entries(changed)
      .filter(([key]) => !LEFT_OUT.includes(key) && !key.endsWith('_constraint'))
      .map(([key, value]): [string, unknown] => [key, this.#value(key, value, report)]);
    return Object.fromEntries(entries);
  }

  #value(key: string, value: unknown, report: (reason: string) => void): unknown {
    if (key === 'dtype') return dtypeOf(value, report);
    if (/(^|_)activation$/.test(key)) return activationOf(value, report);
    if (!isJson(value) || !('class_name' in value)) return value;
    if (/initializer$/.test(key)) return initializerOf(value);
    if (/regularizer$/.test(key)) return regularizerOf(value);
    // The layer of a wrapper or the cell of an RNN.
    return { class_name: value['class_name'], config: this.#config(value, report) };
  }
}

const nameOf = (record: Json): string => String((record['config'] as Json)['name']);

function dtypeOf(value: unknown, report: (reason: string) => void): unknown {
  const policy = isJson(value) && isJson(value['config']) ? value['config'] : { name: value };
  const isPlain = !isJson(value) || value['class_name'] === 'DTypePolicy';
  if (isPlain && ['float32', 'int32', 'bool'].includes(String(policy['name'])))
    return policy['name'];
  report(`its dtype policy is ${String(policy['name'])}`);
  return undefined;
}

function activationOf(value: unknown, report: (reason: string) => void): unknown {
  if (value === null) return 'linear';
  if (typeof value === 'string' && Object.hasOwn(ACTIVATIONS, value)) return ACTIVATIONS[value];
  const name = isJson(value) ? JSON.stringify(value['config']) : String(value);
  report(`TensorFlow.js does not compute the activation ${name} as Keras 3 does`);
  return undefined;
}

function initializerOf({ class_name: className, config }: Json): Json | null {
  const name = String(className);
  if (!Object.hasOwn(INITIALIZERS, name)) return null;
  const { input_axes: _inputs, output_axes: _outputs, ...rest } = config as Json;
  return { class_name: INITIALIZERS[name], config: rest };
}

// TensorFlow.js has one class for all three.
function regularizerOf({ class_name: className, config }: Json): Json | null {
  if (!['L1', 'L2', 'L1L2'].includes(String(className))) return null;
  return { class_name: 'L1L2', config: { l1: 0, l2: 0, ...(config as Json) } };
}
