// One step of a recurrent layer (keras/src/layers/rnn/*_cell.py).
import type { GraphBuilder } from '../graph/builder.js';
import { add, multiply, subtract } from '../graph/elementwise.js';
import { matmul } from '../graph/products.js';
import { at, reshape, split } from '../graph/shaping.js';
import { NoOnnxForm, type Dim, type Value } from '../graph/value.js';
import { elementType, numberOf, numbersIn, weightOf } from '../model/call.js';
import type { LayerDescription } from '../../../model_description.js';
import { activationIn } from './activations.js';
import { conv, convOptions } from './convolutional.js';
import { isChannelsFirst } from './data_format.js';
import { slide } from './windows.js';

/** What a step returns. */
export interface StepResult {
  readonly output: Value;
  readonly states: readonly Value[];
}

export interface Cell {
  /** The shapes of the states, without the batch, for an input of this shape. */
  stateShapes(input: readonly Dim[]): Dim[][];
  step(g: GraphBuilder, x: Value, states: readonly Value[]): StepResult;
  /** Which state replaces the output before the first step: the state of the last cell. */
  readonly outputState: number;
}

/** The cell of a description. Throws NoOnnxForm for cells of users. */
export function cellOf(layer: LayerDescription): Cell {
  const make = layer.isCustom ? undefined : CELLS[layer.className];
  if (!make) throw new NoOnnxForm(`its cell ${layer.className} has no form in ONNX`);
  return make(layer);
}

// The weights and functions of a cell.
class Parts {
  readonly layer: LayerDescription;

  constructor(layer: LayerDescription) {
    this.layer = layer;
  }

  get units(): number {
    return numberOf(this.layer.config, 'units');
  }

  weight(g: GraphBuilder, name: string): Value {
    return weightOf(g, this.layer, name, elementType(this.layer.computeDtype));
  }

  bias(g: GraphBuilder): Value | undefined {
    return this.layer.weights.has('bias') ? this.weight(g, 'bias') : undefined;
  }

  activate(g: GraphBuilder, x: Value, key = 'activation'): Value {
    return activationIn(this.layer.config[key])(g, x);
  }
}

const withBias = (g: GraphBuilder, x: Value, bias: Value | undefined): Value =>
  bias ? add(g, x, bias) : x;

function simpleCell(layer: LayerDescription): Cell {
  const parts = new Parts(layer);
  return {
    outputState: 0,
    stateShapes: () => [[parts.units]],
    step(g, x, [state]) {
      const fromInput = withBias(g, matmul(g, x, parts.weight(g, 'kernel')), parts.bias(g));
      const memory = matmul(g, state!, parts.weight(g, 'recurrent_kernel'));
      const output = parts.activate(g, add(g, fromInput, memory));
      return { output, states: [output] };
    },
  };
}

function gruCell(layer: LayerDescription): Cell {
  const parts = new Parts(layer);
  return {
    outputState: 0,
    stateShapes: () => [[parts.units]],
    step(g, x, [h]) {
      const sizes = [parts.units, parts.units, parts.units];
      const kernels = split(g, parts.weight(g, 'kernel'), -1, sizes);
      const recurrent = split(g, parts.weight(g, 'recurrent_kernel'), -1, sizes);
      const bias = parts.bias(g);
      const resetAfter = layer.config['reset_after'] !== false;
      const inputBias = bias && split(g, resetAfter ? at(g, bias, 0, 0) : bias, -1, sizes);
      const stateBias = bias && resetAfter ? split(g, at(g, bias, 0, 1), -1, sizes) : undefined;
      const input = (gate: number): Value =>
        withBias(g, matmul(g, x, kernels[gate]!), inputBias?.[gate]);
      const memory = (value: Value, gate: number): Value =>
        withBias(g, matmul(g, value, recurrent[gate]!), stateBias?.[gate]);
      const gate = (index: number): Value =>
        parts.activate(g, add(g, input(index), memory(h!, index)), 'recurrent_activation');
      const [z, r] = [gate(0), gate(1)];
      const reset = resetAfter ? multiply(g, r, memory(h!, 2)) : memory(multiply(g, r, h!), 2);
      const candidate = parts.activate(g, add(g, input(2), reset));
      const one = g.scalar(1, z.dtype);
      const output = add(g, multiply(g, z, h!), multiply(g, subtract(g, one, z), candidate));
      return { output, states: [output] };
    },
  };
}

function lstmStep(
  g: GraphBuilder,
  parts: Parts,
  gates: readonly Value[],
  carry: Value,
): StepResult {
  const [i, f, o] = [gates[0]!, gates[1]!, gates[3]!].map((gate) =>
    parts.activate(g, gate, 'recurrent_activation'),
  );
  const c = add(g, multiply(g, f!, carry), multiply(g, i!, parts.activate(g, gates[2]!)));
  const h = multiply(g, o!, parts.activate(g, c));
  return { output: h, states: [h, c] };
}

function lstmCell(layer: LayerDescription): Cell {
  const parts = new Parts(layer);
  return {
    outputState: 0,
    stateShapes: () => [[parts.units], [parts.units]],
    step(g, x, [h, c]) {
      const products = add(
        g,
        matmul(g, x, parts.weight(g, 'kernel')),
        matmul(g, h!, parts.weight(g, 'recurrent_kernel')),
      );
      const { units } = parts;
      const gates = split(g, withBias(g, products, parts.bias(g)), -1, [
        units,
        units,
        units,
        units,
      ]);
      return lstmStep(g, parts, gates, c!);
    },
  };
}

function convLstmCell(layer: LayerDescription): Cell {
  const parts = new Parts(layer);
  const { config } = layer;
  const filters = numberOf(config, 'filters');
  const isFirst = isChannelsFirst(config);
  const rank = Array.isArray(config['kernel_size']) ? config['kernel_size'].length : 1;
  const sizes = numbersIn(config, 'kernel_size', rank);
  const options = convOptions(config, rank);
  const ones = sizes.map(() => 1);
  return {
    outputState: 0,
    stateShapes(input) {
      const spatial = isFirst ? input.slice(1) : input.slice(0, -1);
      const window = { sizes, strides: options.strides, dilations: options.dilations };
      const result = slide(spatial, window, options.padding).sizes;
      const shape = isFirst ? [filters, ...result] : [...result, filters];
      return [shape, shape];
    },
    step(g, x, [h, c]) {
      const axis = isFirst ? 1 : -1;
      const kernel = parts.weight(g, 'kernel');
      const recurrent = parts.weight(g, 'recurrent_kernel');
      const input = conv(g, x, kernel, parts.bias(g), options);
      const same = { strides: ones, dilations: ones, padding: 'same', isFirst };
      const memory = conv(g, h!, recurrent, undefined, same);
      const gates = split(g, add(g, input, memory), axis, [filters, filters, filters, filters]);
      return lstmStep(g, parts, gates, c!);
    },
  };
}

function stackedCells(layer: LayerDescription): Cell {
  const cells = [...layer.children.values()].map(cellOf);
  const counts = (): number[] => cells.map((cell) => cell.stateShapes([]).length);
  const before = (index: number): number =>
    counts()
      .slice(0, index)
      .reduce((a, b) => a + b, 0);
  return {
    get outputState() {
      return before(cells.length - 1);
    },
    stateShapes: () => cells.flatMap((cell) => cell.stateShapes([])),
    step(g, x, states) {
      let output = x;
      const next = cells.flatMap((cell, i) => {
        const own = states.slice(before(i), before(i + 1));
        const result = cell.step(g, output, own);
        output = result.output;
        return result.states;
      });
      return { output, states: next };
    },
  };
}

const CELLS: Readonly<Record<string, (layer: LayerDescription) => Cell>> = {
  SimpleRNNCell: simpleCell,
  GRUCell: gruCell,
  LSTMCell: lstmCell,
  ConvLSTMCell: convLstmCell,
  StackedRNNCells: stackedCells,
};

/** A vector of zeros in the shape of a state, repeated for the batch. */
export const zeroState = (
  g: GraphBuilder,
  shape: readonly number[],
  dtype: Value['dtype'],
): Value => reshape(g, g.numbers([0], dtype), [1, ...shape.map(() => 1)]);
