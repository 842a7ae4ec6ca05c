// Calls of layers and operations: casts, masks, and the form of the class (keras/src/layers/layer.py, `__call__`).
import type { GraphBuilder } from '../graph/builder.js';
import { cast } from '../graph/elementwise.js';
import { isFloat, NoOnnxForm, type Value } from '../graph/value.js';
import {
  Call,
  elementType,
  flatten,
  isValue,
  mapValues,
  type CallArguments,
  type LayerForm,
  type Result,
} from './call.js';
import type { LayerDescription } from '../../../model_description.js';

/** How the classes of Keras are written, by name. */
export interface Forms {
  readonly layers: Readonly<Record<string, LayerForm>>;
  readonly operations: Readonly<Record<string, LayerForm>>;
}

/** Writes a model's call; `model/functional.ts` and `sequential.ts`. */
export type CallModel = (g: GraphBuilder, model: LayerDescription, call: CallArguments) => Result;

export class LayerCalls {
  readonly #forms: Forms;
  readonly #callModel: CallModel;

  constructor(forms: Forms, callModel: CallModel) {
    this.#forms = forms;
    this.#callModel = callModel;
  }

  /** The form of the class; undefined for classes that have none. */
  formOf(layer: LayerDescription): LayerForm | undefined {
    if (layer.isCustom) return undefined;
    const table = layer.kind === 'operation' ? this.#forms.operations : this.#forms.layers;
    return Object.hasOwn(table, layer.className) ? table[layer.className] : undefined;
  }

  /** Writes a call, with nodes called after the layer. */
  readonly call = (g: GraphBuilder, layer: LayerDescription, given: CallArguments): Result =>
    g.within(layer.name, () => {
      if (layer.kind === 'functional' || layer.kind === 'sequential')
        return this.#callModel(g, layer, given);
      const found = this.formOf(layer);
      if (!found) throw new NoOnnxForm(whyNot(layer));
      if (layer.kind === 'operation') return found.form(new Call(g, layer, given, this.call));
      const call = new Call(g, layer, castArguments(g, layer, given, found), this.call);
      return this.#masked(call, found.form(call), found);
    });

  #masked(call: Call, result: Result, { computeMask }: LayerForm): Result {
    const values = flatten(result);
    if (!call.layer.supportsMasking || values.every((value) => value.mask)) return result;
    const mask = computeMask ? computeMask(call, result) : maskOf(call);
    if (!mask) return result;
    return mapValues(result, (value) =>
      value === values[0] && !value.mask ? { ...value, mask } : value,
    ) as Result;
  }
}

// The layer's argument `mask`, or the mask of its first argument.
function maskOf(call: Call): Value | undefined {
  const given = call.kwargs['mask'];
  if (isValue(given)) return given;
  return flatten(call.args[0] ?? Object.values(call.kwargs)[0])[0]?.mask;
}

function castArguments(
  g: GraphBuilder,
  layer: LayerDescription,
  { args, kwargs }: CallArguments,
  { autocast = true }: LayerForm,
): CallArguments {
  if (!autocast) return { args, kwargs };
  const dtype = elementType(layer.computeDtype);
  const change = (tree: unknown): unknown =>
    mapValues(tree, (value) =>
      isFloat(value.dtype) && value.dtype !== dtype
        ? { ...cast(g, value, dtype), mask: value.mask }
        : value,
    );
  return { args: args.map(change), kwargs: change(kwargs) as CallArguments['kwargs'] };
}

/** Why the class has no form. */
export function whyNot(layer: LayerDescription): string {
  if (layer.kind === 'model') return 'a subclassed model is code, not a graph';
  if (layer.isCustom) return 'its class is user-defined';
  return `${layer.className} has no form in ONNX`;
}
