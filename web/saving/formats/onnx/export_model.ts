// Writes a model as an ONNX file. This file and those it imports are a bundle of their own, which only this loads.
import { GraphBuilder } from './graph/builder.js';
import { NoOnnxForm, type Value } from './graph/value.js';
import { layerForms } from './layers/table.js';
import { elementType, flatten, isValue, type Result } from './model/call.js';
import type { LayerDescription, ModelDescription, Problem } from '../../model_description.js';
import { callModel, Unfinished } from './model/functional.js';
import { LayerCalls, whyNot } from './model/layer_calls.js';
import { operationForms } from './ops/table.js';
import { modelMessage, type DimMessage, type TensorMessage } from './proto/messages.js';
import { isJson } from '../../model_description.js';

/** The operators of onnx 1.13, of the end of 2022, by domain. */
const OPSETS: Readonly<Record<string, number>> = { '': 18, 'ai.onnx.ml': 3 };
const IR_VERSION = 8;
/** A message of protocol buffers has at most 2 GiB. */
const MAX_FILE_BYTES = 2 ** 31 - 1;
/** Arrays from this size on go into the file of external data. */
const MIN_EXTERNAL_BYTES = 1024;
const ALIGNMENT = 4096;

export interface ExportOptions {
  /** The name of the file of external data; without it all weights are in the file itself. */
  readonly externalData?: string | undefined;
}

export interface ExportResult {
  /** The files: the model, and its external data. */
  readonly model?: Uint8Array;
  readonly external?: Uint8Array;
  /** What has no form in ONNX; then there are no files. */
  readonly problems: readonly Problem[];
  /** The size of the file when it is too large for one. */
  readonly tooLarge?: number;
}

export function exportModel(description: ModelDescription, options: ExportOptions): ExportResult {
  const problems: Problem[] = [];
  const report = (problem: Problem): void => {
    if (!problems.some((each) => each.layer === problem.layer)) problems.push(problem);
  };
  const calls: LayerCalls = new LayerCalls(
    { layers: layerForms, operations: operationForms },
    (g, model, call) => callModel(g, model, call, calls.call, report),
  );
  if (description.model.kind === 'model') {
    const { name: layer, className } = description.model;
    return { problems: [{ layer, className, reason: whyNot(description.model) }] };
  }
  reportUnknown(description.model, calls, report);
  const g = new GraphBuilder();
  const inputs = inputsOf(description, g, report);
  if (inputs === undefined) return { problems };
  const result = run(() =>
    callModel(g, description.model, { args: [inputs], kwargs: {} }, calls.call, report),
  );
  if (result === undefined || problems.length > 0) return { problems };
  const outputs = outputsOf(g, description, result);
  const graph = g.message(
    description.model.name,
    inputs.map((value) => ({ ...value, shape: namedDims(value.name, value.shape) })),
    outputs.map((value) => ({ ...value, shape: namedDims(value.name, value.shape) })),
    true,
  );
  return write({ ...description, graph, domains: g.domains }, options);
}

// Undefined when one has a dtype without a form.
function inputsOf(
  { inputs }: ModelDescription,
  g: GraphBuilder,
  report: (p: Problem) => void,
): Value[] | undefined {
  const values: Value[] = [];
  for (const { name, shape, dtype } of inputs) {
    try {
      values.push({ name: g.unique(name), shape, dtype: elementType(dtype) });
    } catch (error) {
      if (!(error instanceof NoOnnxForm)) throw error;
      report({ layer: name, className: 'InputLayer', reason: error.message });
    }
  }
  return values.length === inputs.length ? values : undefined;
}

// Reports all classes without a form, before anything is made.
function reportUnknown(
  model: LayerDescription,
  calls: LayerCalls,
  report: (p: Problem) => void,
): void {
  for (const layer of model.layers) {
    if (layer.kind === 'functional' || layer.kind === 'sequential')
      reportUnknown(layer, calls, report);
    else if (layer.className !== 'InputLayer' && !calls.formOf(layer))
      report({ layer: layer.name, className: layer.className, reason: whyNot(layer) });
  }
}

function run<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof Unfinished) return undefined;
    throw error;
  }
}

// Outputs have names of their own: the layers' names, or the keys of a dict.
function outputsOf(g: GraphBuilder, { model }: ModelDescription, result: Result): Value[] {
  const names = outputNames(model, result);
  return flatten(result).map((value, i) => g.rename(value, g.unique(names[i]!)));
}

function outputNames(model: LayerDescription, result: Result): string[] {
  const isDict = isJson(result) && !isValue(result);
  if (isDict && Object.values(result).every(isValue)) return Object.keys(result).sort();
  const lastLayer = model.layers.at(-1)?.name ?? model.name;
  const ends = flattenEnds(model.config['output_layers']);
  return flatten(result).map((_, i) => ends[i] ?? lastLayer);
}

function flattenEnds(structure: unknown): string[] {
  if (!Array.isArray(structure))
    return isJson(structure)
      ? Object.keys(structure)
          .sort()
          .flatMap((key) => flattenEnds(structure[key]))
      : [];
  return typeof structure[0] === 'string' ? [structure[0]] : structure.flatMap(flattenEnds);
}

// The batch has one name everywhere.
const namedDims = (name: string, shape: Value['shape']): DimMessage[] =>
  shape.map((dim, axis) => dim ?? (axis === 0 ? 'batch' : `${name}_${axis}`));

function write(
  {
    graph,
    domains,
    model,
    producerVersion,
  }: ModelDescription & {
    readonly graph: ReturnType<GraphBuilder['message']>;
    readonly domains: ReadonlySet<string>;
  },
  { externalData }: ExportOptions,
): ExportResult {
  let size = 0;
  const places = new Map<TensorMessage, number>();
  if (externalData !== undefined) {
    for (const tensor of graph.initializers) {
      if (tensor.bytes.length < MIN_EXTERNAL_BYTES) continue;
      size = Math.ceil(size / ALIGNMENT) * ALIGNMENT;
      places.set(tensor, size);
      size += tensor.bytes.length;
    }
  }
  const message = modelMessage(
    {
      opsets: Object.fromEntries(
        Object.entries(OPSETS).filter(([domain]) => domain === '' || domains.has(domain)),
      ),
      irVersion: IR_VERSION,
      producer: 'keras-wasm',
      producerVersion,
      metadata: { keras_model: model.name },
      graph,
    },
    (tensor) => {
      const offset = places.get(tensor);
      return offset === undefined ? undefined : { file: externalData!, offset };
    },
  );
  if (message.length > MAX_FILE_BYTES) return { problems: [], tooLarge: message.length };
  if (externalData === undefined) return { problems: [], model: message.finish() };
  const external = new Uint8Array(size);
  for (const [tensor, offset] of places) external.set(tensor.bytes, offset);
  return { problems: [], model: message.finish(), external };
}
