// The graph of a model in a plot (model_to_dot of keras/src/utils/model_visualization.py).
import { core } from '../../boundary/core.js';
import { parseJson } from '../../boundary/json.js';
import type { Operation } from '../../ops/operation.js';
import type { PlotBox, PlotCluster, PlotGraph } from '../../plot/plot_graph.js';
import { Model } from '../model.js';
import { layerBox, type BoxOptions } from './layer_box.js';

/** uid of the operation that made a tensor, and the index of the output; empty when no operation made it. */
type Origin = readonly [uid: number, index: number] | readonly [];

/** What src/bindings/plot_bindings.cpp returns: the origins of the tensors in each call of each operation. */
interface Connections {
  readonly operations: readonly (readonly [uid: number, calls: readonly (readonly Origin[])[]])[];
  readonly inputs: readonly Origin[];
  readonly outputs: readonly Origin[];
}

interface Known {
  readonly layer: Operation;
  /** Names of the models around the layer, and its own. */
  readonly path: string;
}

export interface GraphOptions extends BoxOptions {
  readonly expandNested: boolean;
}

/** The boxes and edges that Keras draws. A subclassed model is a single box. */
export const modelGraph = (model: Model, options: GraphOptions): PlotGraph =>
  new GraphReader(options).graphOf(model, '');

const isExpandable = (layer: Operation): layer is Model =>
  layer instanceof Model && layer.kind !== 'model';

class GraphReader {
  readonly #options: GraphOptions;
  readonly #known = new Map<number, Known>();
  readonly #connections = new Map<number, Connections | null>();

  constructor(options: GraphOptions) {
    this.#options = options;
  }

  graphOf(model: Model, prefix: string): PlotGraph {
    const connections = this.#connectionsOf(model);
    if (connections === null)
      return { boxes: [layerBox(model, model.name, this.#options)], edges: [], clusters: [] };
    const layers = layersOf(model);
    for (const layer of layers)
      if (!this.#known.has(layer.uid))
        this.#known.set(layer.uid, { layer, path: prefix + layer.name });
    const boxes: PlotBox[] = [];
    const clusters: PlotCluster[] = [];
    for (const layer of layers) {
      const { path: id } = this.#known.get(layer.uid)!;
      if (this.#options.expandNested && isExpandable(layer))
        clusters.push({ id, name: layer.name, ...this.graphOf(layer, `${id}/`) });
      else boxes.push(layerBox(layer, id, this.#options));
    }
    return { boxes, clusters, edges: this.#edgesOf(model, connections) };
  }

  #edgesOf(model: Model, { operations }: Connections): [string, string][] {
    const edges = new Map<string, [string, string]>();
    const add = (from: number | undefined, to: number | undefined) => {
      const [source, target] = [this.#known.get(from!), this.#known.get(to!)];
      // A shared layer of a Sequential may have been called outside the drawing.
      if (source && target) edges.set(`${from} ${to}`, [source.path, target.path]);
    };
    const isSequential = model.kind === 'sequential';
    if (isSequential && !this.#options.expandNested) {
      operations.slice(1).forEach(([uid], i) => add(operations[i]![0], uid));
      return [...edges.values()];
    }
    // The first layer of a Sequential is connected by the model around it.
    for (const [uid, calls] of operations.slice(isSequential ? 1 : 0))
      for (const origins of calls)
        origins.forEach((origin, i) => {
          if (origin.length === 0) return;
          if (this.#options.expandNested) add(this.#source(origin), this.#target(uid, i));
          else add(origin[0], uid);
        });
    return [...edges.values()];
  }

  // The layer in a nested model that makes an output of the model.
  #source(origin: Origin): number | undefined {
    let [uid, index] = origin;
    for (let model = this.#model(uid); model; model = this.#model(uid))
      [uid, index] = this.#connectionsOf(model)!.outputs[index!] ?? [];
    return uid;
  }

  // The layer in a nested model that takes an input of the model.
  #target(uid: number | undefined, input: number): number | undefined {
    let target = uid;
    for (let model = this.#model(target); model; model = this.#model(target)) {
      const { operations, inputs } = this.#connectionsOf(model)!;
      target = model.kind === 'sequential' ? operations[0]?.[0] : inputs[input]?.[0];
    }
    return target;
  }

  #model(uid: number | undefined): Model | undefined {
    const layer = this.#known.get(uid!)?.layer;
    return layer && isExpandable(layer) ? layer : undefined;
  }

  #connectionsOf(model: Model): Connections | null {
    const found = this.#connections.get(model.uid);
    if (found !== undefined) return found;
    const read = parseJson<Connections | null>(core().modelConnections(model.raw));
    this.#connections.set(model.uid, read);
    return read;
  }
}

const layersOf = (model: Model): readonly Operation[] =>
  model.kind === 'sequential' ? model.layers : model.operations;
