// keras-wasm plot: a drawing of a model.
import { modelToDot, plotModel, type PlotModelOptions } from '../../index.js';
import { choice, text, type Options, type Subcommand } from '../command.js';
import { startWith } from '../engine.js';
import { naming, UsageError } from '../failure.js';
import { print, write } from '../output.js';

const DIRECTIONS = ['TB', 'LR', 'BT', 'RL'] as const;
const SPLINES = ['ortho', 'curved', 'polyline', 'spline', 'line'] as const;

export const plot: Subcommand = {
  name: 'plot',
  arguments: 'MODEL',
  count: [1, 1],
  summary: 'Draws the layers of a model as plot_model() of Keras, in SVG or for Graphviz.',
  options: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      help: 'Write the drawing to this .svg or .dot file, not to standard output.',
    },
    dot: { type: 'boolean', help: 'Print the graph in the DOT language of Graphviz.' },
    'show-shapes': { type: 'boolean', help: 'Show the shapes of inputs and outputs.' },
    'show-dtype': { type: 'boolean', help: 'Show the dtypes of outputs.' },
    'show-layer-names': { type: 'boolean', help: 'Show the names of layers.' },
    'show-layer-activations': { type: 'boolean', help: 'Show activation functions.' },
    'show-trainable': { type: 'boolean', help: 'Show which layers are trainable.' },
    'expand-nested': { type: 'boolean', help: 'Draw nested models as clusters of their layers.' },
    rankdir: { type: 'string', value: 'DIR', help: `Direction: ${DIRECTIONS.join(', ')}.` },
    splines: { type: 'string', value: 'KIND', help: `Edges: ${SPLINES.join(', ')}.` },
    dpi: { type: 'string', value: 'N', help: 'Pixels per inch.' },
  },
  async run([path], options) {
    const shown = readPlotOptions(options);
    const output = text(options, 'output');
    const isDot = options['dot'] === true;
    if (output !== undefined && !/\.(svg|dot)$/i.test(output))
      throw new UsageError(`--output takes a file that ends in .svg or .dot. Received: ${output}`);
    if (output !== undefined && isDot)
      throw new UsageError('--dot prints the graph: give --output a file that ends in .dot.');
    const model = await startWith(path!, options);
    const drawing = await naming(path!, () =>
      isDot
        ? modelToDot(model, shown)
        : plotModel(model, { ...shown, ...(output === undefined ? {} : { toFile: output }) }),
    );
    if (options['json'] === true)
      await print(JSON.stringify(output === undefined ? { drawing } : { file: output }));
    else if (output === undefined) await write(drawing);
  },
};

function readPlotOptions(options: Options): PlotModelOptions {
  const rankdir = choice(options, 'rankdir', DIRECTIONS);
  const splines = choice(options, 'splines', SPLINES);
  const dpi = text(options, 'dpi');
  if (dpi !== undefined && !(Number(dpi) > 0 && Number(dpi) < Infinity))
    throw new UsageError(`--dpi takes a positive number. Received: ${dpi}`);
  return {
    showShapes: options['show-shapes'] === true,
    showDtype: options['show-dtype'] === true,
    showLayerNames: options['show-layer-names'] === true,
    showLayerActivations: options['show-layer-activations'] === true,
    showTrainable: options['show-trainable'] === true,
    expandNested: options['expand-nested'] === true,
    ...(rankdir && { rankdir }),
    ...(splines && { splines }),
    ...(dpi !== undefined && { dpi: Number(dpi) }),
  };
}
