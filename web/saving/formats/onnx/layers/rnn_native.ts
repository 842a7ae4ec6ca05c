// Recurrent layers as ONNX's operators LSTM, GRU and RNN.
import type { GraphBuilder } from '../graph/builder.js';
import {
  flip,
  at,
  concat,
  moveAxis,
  reshape,
  split,
  squeeze,
  transpose,
  unsqueeze,
} from '../graph/shaping.js';
import type { Value } from '../graph/value.js';
import { elementType, numberOf, weightOf, type Call } from '../model/call.js';
import type { LayerDescription } from '../../../model_description.js';

/** Functions that the operators know under other names. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  relu: 'Relu',
  softsign: 'Softsign',
  softplus: 'Softplus',
};

interface Kind {
  readonly opType: string;
  /** ONNX's gates by their position in Keras's kernels. */
  readonly gates: readonly number[];
  readonly states: number;
  readonly functions: (activation: string, recurrent: string) => string[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  SimpleRNNCell: { opType: 'RNN', gates: [0], states: 1, functions: (f) => [f] },
  GRUCell: { opType: 'GRU', gates: [0, 1, 2], states: 1, functions: (f, r) => [r, f] },
  LSTMCell: { opType: 'LSTM', gates: [0, 3, 1, 2], states: 2, functions: (f, r) => [r, f, f] },
};

/** Writes the operator. Undefined when the cell computes what no operator does. */
export function nativeRnn(
  call: Call,
  cell: LayerDescription,
  input: Value,
  initial: readonly Value[],
  isReversed: boolean,
): { outputs: Value; last: Value; states: Value[] } | undefined {
  const kind = cell.isCustom ? undefined : KINDS[cell.className];
  const activation = FUNCTIONS[String(cell.config['activation'])];
  const recurrent = FUNCTIONS[String(cell.config['recurrent_activation'] ?? 'sigmoid')];
  if (!kind || !activation || !recurrent) return undefined;
  if (elementType(cell.computeDtype) !== call.dtype || input.dtype !== call.dtype) return undefined;
  const { g } = call;
  const units = numberOf(cell.config, 'units');
  const attributes = {
    hidden_size: units,
    direction: isReversed ? 'reverse' : 'forward',
    activations: kind.functions(activation, recurrent),
    ...(kind.opType === 'GRU'
      ? { linear_before_reset: cell.config['reset_after'] === false ? 0 : 1 }
      : {}),
  };
  const matrix = (name: string): Value => {
    const weight = weightOf(g, cell, name, elementType(cell.computeDtype));
    return unsqueeze(g, transpose(g, inOrder(g, weight, kind, units), [1, 0]), 0);
  };
  const [batch, steps] = [input.shape[0]!, input.shape[1]!];
  const state = [1, batch, units];
  const inputs = [
    moveAxis(g, input, 1, 0),
    matrix('kernel'),
    matrix('recurrent_kernel'),
    cell.weights.has('bias') ? biases(g, cell, kind, units) : undefined,
    undefined,
    ...initial.map((each) => unsqueeze(g, each, 0)),
  ];
  const [outputs, ...last] = g.node(kind.opType, inputs, attributes, [
    [[steps, 1, batch, units], input.dtype],
    ...Array.from({ length: kind.states }, () => [state, input.dtype] as const),
  ]);
  const sequence = moveAxis(g, squeeze(g, outputs!, 1), 0, 1);
  const states = last.map((each) => squeeze(g, each, 0));
  const wantsAll = call.config['return_sequences'] === true;
  // ONNX returns the outputs in the order of the inputs, Keras in the order of the steps.
  const ordered = isReversed && wantsAll ? flip(g, sequence, 1) : sequence;
  return { outputs: ordered, last: states[0]!, states };
}

// Columns of the gates in ONNX's order.
function inOrder(g: GraphBuilder, weight: Value, { gates }: Kind, units: number): Value {
  if (gates.length === 1) return weight;
  const parts = split(
    g,
    weight,
    -1,
    gates.map(() => units),
  );
  return concat(
    g,
    gates.map((gate) => parts[gate]!),
    -1,
  );
}

// Biases of the inputs, then biases of the states, which only GRU has in Keras.
function biases(g: GraphBuilder, cell: LayerDescription, kind: Kind, units: number): Value {
  const dtype = elementType(cell.computeDtype);
  const bias = weightOf(g, cell, 'bias', dtype);
  const size = kind.gates.length * units;
  const rows =
    bias.shape.length === 2
      ? [at(g, bias, 0, 0), at(g, bias, 0, 1)]
      : [
          bias,
          g.numbers(
            Array.from({ length: size }, () => 0),
            dtype,
          ),
        ];
  const ordered = rows.map((row) => inOrder(g, row, kind, units));
  return reshape(g, concat(g, ordered, -1), [1, 2 * size]);
}
