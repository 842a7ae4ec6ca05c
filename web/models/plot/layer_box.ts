// The box of a layer in a plot (make_layer_label of keras/src/utils/model_visualization.py).
import { serialize } from '../../families/activations.js';
import { Layer } from '../../layers/layer.js';
import type { Operation } from '../../ops/operation.js';
import type { PlotBox, PlotCell } from '../../plot/plot_graph.js';
import { Tensor } from '../../tensors/tensor.js';
import { KerasObject } from '../../serialization/object.js';

/** What boxes show beside the class. */
export interface BoxOptions {
  readonly showShapes: boolean;
  readonly showDtype: boolean;
  readonly showLayerNames: boolean;
  readonly showLayerActivations: boolean;
  readonly showTrainable: boolean;
}

export function layerBox(layer: Operation, id: string, options: BoxOptions): PlotBox {
  const { name, className } = layer;
  const { showShapes, showDtype, showTrainable } = options;
  return {
    id,
    title: { name: options.showLayerNames ? name : undefined, className },
    columns: Math.max(1, 2 * Number(showShapes) + Number(showDtype) + Number(showTrainable)),
    activation: options.showLayerActivations ? activationOf(layer) : undefined,
    cells: [...shapeCells(layer, options), ...dtypeCells(layer, options), ...trainableCells(layer, options)], // prettier-ignore
  };
}

function activationOf(layer: Operation): string | undefined {
  if (!('activation' in layer)) return undefined;
  const { activation } = layer;
  if (activation === undefined || activation === null) return undefined;
  if (activation instanceof KerasObject) return (activation as KerasObject & { name: string }).name;
  try {
    const config: unknown = serialize(activation as never);
    if (typeof config === 'string') return config;
    const { config: name } = config as { config: unknown };
    if (typeof name === 'string') return name;
  } catch {
    // a function of a user's layer need not be an activation of the package
  }
  return typeof activation === 'function' ? activation.name : String(activation);
}

function shapeCells(layer: Operation, { showShapes }: BoxOptions): PlotCell[] {
  if (!showShapes) return [];
  const shapes = tensorsOf(layer);
  const input = shapes ? ofLeaves(shapes.input, shapeText) : undefined;
  const output = shapes ? ofLeaves(shapes.output, shapeText) : undefined;
  const cells = [{ text: 'Output shape: ', bold: textOf(output, true) }];
  return layer.className === 'InputLayer'
    ? cells
    : [{ text: 'Input shape: ', bold: textOf(input, true) }, ...cells];
}

function dtypeCells(layer: Operation, { showDtype }: BoxOptions): PlotCell[] {
  if (!showDtype) return [];
  const tensors = tensorsOf(layer);
  const output = tensors && ofLeaves(tensors.output, ({ dtype }) => dtype);
  const bold = typeof output === 'string' ? output : textOf(quoted(output), false);
  return [{ text: 'Output dtype: ', bold }];
}

function trainableCells(layer: Operation, { showTrainable }: BoxOptions): PlotCell[] {
  if (!showTrainable || !(layer instanceof Layer) || layer.weights.length === 0) return [];
  return layer.trainable
    ? [{ text: '', bold: 'Trainable', fill: 'forestgreen' }]
    : [{ text: '', bold: 'Non-trainable', fill: 'firebrick' }];
}

/** Nested texts. */
type Texts = string | readonly Texts[] | { readonly [key: string]: Texts } | undefined;

// Undefined for a layer that was not called with KerasTensors.
function tensorsOf(layer: Operation): { input: unknown; output: unknown } | undefined {
  try {
    return { input: layer.input, output: layer.output };
  } catch {
    return undefined;
  }
}

function ofLeaves(tree: unknown, text: (tensor: Tensor) => string): Texts {
  if (tree instanceof Tensor) return text(tree);
  if (Array.isArray(tree)) return tree.map((item) => ofLeaves(item, text));
  const entries = Object.entries(tree ?? {});
  return Object.fromEntries(entries.map(([key, item]) => [key, ofLeaves(item, text)]));
}

// As Python prints a tuple.
const shapeText = ({ shape }: Tensor): string =>
  `(${shape.map((size) => size ?? 'None').join(', ')}${shape.length === 1 ? ',' : ''})`;

function quoted(texts: Texts): Texts {
  if (typeof texts === 'string') return `'${texts}'`;
  if (Array.isArray(texts)) return (texts as readonly Texts[]).map(quoted);
  const entries = Object.entries<Texts>(texts ?? {});
  return Object.fromEntries(entries.map(([key, text]) => [key, quoted(text)]));
}

// As Python prints lists and dicts; an outer dict without braces and quotes, when `isShape`.
function textOf(texts: Texts, isShape: boolean): string {
  if (texts === undefined) return '?';
  if (isShape && !Array.isArray(texts) && typeof texts === 'object')
    return Object.entries(texts as Record<string, Texts>)
      .map(([key, text]) => `${key}: ${printed(text)}`)
      .join(', ')
      .replace(/[{}]/g, '');
  const text = printed(texts);
  return isShape ? text.replace(/[{}]/g, '') : text;
}

function printed(texts: Texts): string {
  if (typeof texts === 'string') return texts;
  if (Array.isArray(texts)) return `[${(texts as readonly Texts[]).map(printed).join(', ')}]`;
  const entries = Object.entries<Texts>(texts ?? {});
  return `{${entries.map(([key, text]) => `'${key}': ${printed(text)}`).join(', ')}}`;
}
