// keras.utils.plot_model and keras.utils.model_to_dot
import { readOptions, type OptionNames } from '../../boundary/option_reader.js';
import { KerasTypeError, ValueError } from '../../errors/errors.js';
import type { DrawOptions, RankDirection, Splines } from '../../plot/plot_graph.js';
import type { Url } from '../../runtime/platform/platform_types.js';
import { writeFiles } from '../../runtime/platform/write_file.js';
import { describe } from '../../tensors/data.js';
import { Model } from '../model.js';
import { dotOf } from './dot.js';
import { modelGraph } from './model_graph.js';

/** Options of `modelToDot`. */
export interface ModelToDotOptions {
  /** Whether boxes show the shapes of inputs and outputs. */
  showShapes?: boolean;
  /** Whether boxes show the dtypes of outputs. */
  showDtype?: boolean;
  /** Whether boxes show the names of layers. By default true for `modelToDot` and false for `plotModel`, as in Keras. */
  showLayerNames?: boolean;
  /** `TB`, the default, draws from top to bottom, `LR` from left to right; `BT` and `RL` the other way round. */
  rankdir?: RankDirection;
  /** Whether nested models are drawn as clusters of their layers. */
  expandNested?: boolean;
  /** Pixels per inch. 200 by default for `modelToDot`, as in Keras; 96 for `plotModel`. */
  dpi?: number;
  /** Whether boxes show the activation functions of layers that have an `activation`. */
  showLayerActivations?: boolean;
  /** Whether boxes of layers with weights show whether they are trainable. */
  showTrainable?: boolean;
  /** How edges are drawn: `ortho`, with right angles, by default. */
  splines?: Splines;
}

/** Options of `plotModel`. */
export interface PlotModelOptions extends ModelToDotOptions {
  /** Where to write the drawing (Node): a path that ends in `.svg` or `.dot`. */
  toFile?: string | Url | null;
}

const dotNames: OptionNames<ModelToDotOptions> = {
  showShapes: true,
  showDtype: true,
  showLayerNames: true,
  rankdir: true,
  expandNested: true,
  dpi: true,
  showLayerActivations: true,
  showTrainable: true,
  splines: true,
};

const names: OptionNames<PlotModelOptions & { layerRange?: unknown }> = {
  ...dotNames,
  toFile: true,
  layerRange: true,
};

/**
 * As `keras.utils.model_to_dot`: the graph of a model in the DOT language of Graphviz.
 *
 * @throws ValueError for a model that was not built, and for unknown options.
 */
export function modelToDot(model: Model, options: ModelToDotOptions = {}): string {
  const { graph, draw } = read('modelToDot()', model, options, { showLayerNames: true, dpi: 200 });
  return dotOf(modelGraph(model, graph), draw);
}

/**
 * As `keras.utils.plot_model`: a drawing of the layers of a model and of the tensors between them, as the text of an SVG
 * file.
 *
 * ```js
 * document.body.innerHTML = await plotModel(model, { showShapes: true, showLayerNames: true });
 * ```
 *
 * @throws ValueError for a model that was not built, for unknown options, and for files that are neither `.svg` nor `.dot`.
 */
export async function plotModel(model: Model, options: PlotModelOptions = {}): Promise<string> {
  const { graph, draw, toFile } = read('plotModel()', model, options, {
    showLayerNames: false,
    dpi: 96,
  });
  const ending = /\.[^./\\]*$/.exec(String(toFile ?? '.svg'))?.[0].toLowerCase();
  if (ending !== '.svg' && ending !== '.dot')
    throw new ValueError(
      `plotModel() writes files that end in .svg or .dot. Received: to_file=${String(toFile)}`,
    );
  const { drawSvg } = await import('../../plot/index.js');
  const drawing = modelGraph(model, graph);
  const svg = drawSvg(drawing, draw);
  if (toFile !== undefined && toFile !== null) {
    const text = ending === '.svg' ? svg : dotOf(drawing, draw);
    const file = [toFile, new TextEncoder().encode(text)] as const;
    await writeFiles(toFile, Promise.resolve([file]));
  }
  return svg;
}

const directions: readonly RankDirection[] = ['TB', 'LR', 'BT', 'RL'];
const kindsOfSplines: readonly Splines[] = ['ortho', 'curved', 'polyline', 'spline', 'line'];

function read(
  where: string,
  model: Model,
  options: PlotModelOptions & { layerRange?: unknown },
  standard: { showLayerNames: boolean; dpi: number },
) {
  if (!(model instanceof Model))
    throw new KerasTypeError(`${where} takes a model. Received: ${describe(model)}`);
  if (!model.built)
    throw new ValueError(
      'This model has not yet been built. Build the model first by calling `build()` or by calling the model on a batch of data.',
    );
  const given = readOptions(where, options, names, (unknown) => {
    const values = options as Record<string, unknown>;
    const text = unknown.map((name) => `'${name}': ${describe(values[name])}`).join(', ');
    return `Unrecognized keyword arguments: {${text}}`;
  });
  if (given.layerRange !== undefined && given.layerRange !== null)
    throw new ValueError('Argument `layer_range` is no longer supported.');
  const { rankdir = 'TB', splines = 'ortho', dpi = standard.dpi } = given;
  checkOneOf('rankdir', rankdir, directions);
  checkOneOf('splines', splines, kindsOfSplines);
  if (typeof dpi !== 'number' || !(dpi > 0 && dpi < Infinity))
    throw new ValueError(`dpi must be a positive number. Received: dpi=${String(dpi)}`);
  const draw: DrawOptions = { rankdir, splines, dpi };
  const graph = {
    showShapes: given.showShapes ?? false,
    showDtype: given.showDtype ?? false,
    showLayerNames: given.showLayerNames ?? standard.showLayerNames,
    showLayerActivations: given.showLayerActivations ?? false,
    showTrainable: given.showTrainable ?? false,
    expandNested: given.expandNested ?? false,
  };
  return { graph, draw, toFile: given.toFile };
}

function checkOneOf(name: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new ValueError(
    `${name} must be one of ${known.map((each) => `'${each}'`).join(', ')}. Received: ${name}=${value}`,
  );
}
