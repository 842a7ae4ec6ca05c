// keras-wasm summary: the table of layers.
import type { Layer, Model } from '../../index.js';
import { positive, type Subcommand } from '../command.js';
import { startWith } from '../engine.js';
import { print } from '../output.js';

export const summary: Subcommand = {
  name: 'summary',
  arguments: 'MODEL',
  count: [1, 1],
  summary:
    'Prints the layers of a model, their output shapes and parameters, as model.summary() of Keras.',
  options: {
    'expand-nested': { type: 'boolean', help: 'Also list the layers of nested models.' },
    'show-trainable': { type: 'boolean', help: 'Say which layers are trainable.' },
    'line-length': { type: 'string', value: 'N', help: 'Width of the table in characters.' },
  },
  async run([path], options) {
    const lineLength = positive(options, 'line-length');
    const model = await startWith(path!, options);
    if (options['json'] === true) {
      await print(JSON.stringify(describe(model, options['expand-nested'] === true), null, 2));
      return;
    }
    const text = model.summary({
      printFn: null,
      expandNested: options['expand-nested'] === true,
      showTrainable: options['show-trainable'] === true,
      ...(lineLength === undefined ? {} : { lineLength }),
    });
    await print(text.replace(/\n$/, ''));
  },
};

interface LayerInfo {
  readonly name: string;
  readonly className: string;
  readonly trainable: boolean;
  readonly outputShape: unknown;
  readonly params: number | null;
  readonly layers?: readonly LayerInfo[];
}

const count = (weights: Layer['weights']): number =>
  weights.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((size, dim) => size * (dim ?? 0), 1),
    0,
  );

function describe(model: Model, isExpanded: boolean): object {
  return {
    name: model.name,
    className: model.className,
    params: model.built ? count(model.weights) : null,
    trainableParams: model.built ? count(model.trainableWeights) : null,
    layers: model.layers.map((layer) => describeLayer(layer, isExpanded)),
  };
}

function describeLayer(layer: Layer, isExpanded: boolean): LayerInfo {
  const { layers } = layer as Layer & { layers?: readonly Layer[] };
  return {
    name: layer.name,
    className: layer.className,
    trainable: layer.trainable,
    outputShape: outputShapeOf(layer),
    params: layer.built ? count(layer.weights) : null,
    ...(isExpanded && layers
      ? { layers: layers.map((each) => describeLayer(each, isExpanded)) }
      : {}),
  };
}

// Null for layers that were not called yet.
function outputShapeOf(layer: Layer): unknown {
  try {
    return shapesOf(layer.output);
  } catch {
    return null;
  }
}

function shapesOf(tree: unknown): unknown {
  if (typeof tree !== 'object' || tree === null) return null;
  if (Array.isArray(tree)) return tree.map(shapesOf);
  if ('shape' in tree) return tree.shape;
  return Object.fromEntries(Object.entries(tree).map(([key, each]) => [key, shapesOf(each)]));
}
