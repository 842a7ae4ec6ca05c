// keras/src/layers/rnn: recurrent layers as ONNX's LSTM, GRU and RNN where these compute the same, else as a loop.
import { GraphBuilder } from '../graph/builder.js';
import { add, cast, divide, multiply, where } from '../graph/elementwise.js';
import { any } from '../graph/reducing.js';
import {
  at,
  concat,
  expand,
  flip,
  moveAxis,
  reshape,
  sizesOf,
  unsqueeze,
} from '../graph/shaping.js';
import { NoOnnxForm, type Value } from '../graph/value.js';
import {
  flatten,
  isValue,
  mapValues,
  type Call,
  type LayerForm,
  type Result,
} from '../model/call.js';
import type { LayerDescription } from '../../../model_description.js';
import { nativeRnn } from './rnn_native.js';
import { cellOf, zeroState } from './rnn_cells.js';

/** Outputs of all steps, batch first, the last output, and the last states. */
interface Sequence {
  readonly outputs?: Value | undefined;
  readonly last: Value;
  readonly states: readonly Value[];
}

function rnn(call: Call): Result {
  const { config } = call;
  if (config['stateful'] === true)
    throw new NoOnnxForm('it is stateful: a graph of ONNX keeps nothing from call to call');
  const { outputs, last, states } = sequence(call);
  const result = config['return_sequences'] === true ? outputs! : last;
  return config['return_state'] === true ? [result, ...states] : result;
}

function sequence(call: Call): Sequence {
  const { g, config } = call;
  const x = call.tensor(0, 'sequences');
  const mask = stepsMask(call);
  const given = flatten(call.arg(1, 'initial_state')).map((state) => cast(g, state, call.dtype));
  const cell = call.child('cell');
  if (!mask) {
    const native = nativeRnn(call, cell, x, given, config['go_backwards'] === true);
    if (native) return native;
  }
  return loop(call, cell, x, given, mask);
}

// The mask of each step, of which Keras takes one with features, too.
function stepsMask(call: Call): Value | undefined {
  const { mask, g } = call;
  if (mask?.shape.length === 3) return any(g, mask, -1);
  return mask && cast(g, mask, 'bool');
}

// The steps as the body of a Scan.
function loop(
  call: Call,
  cellLayer: LayerDescription,
  input: Value,
  given: readonly Value[],
  mask: Value | undefined,
): Sequence {
  const { g, config, dtype } = call;
  const cell = cellOf(cellLayer);
  const isReversed = config['go_backwards'] === true;
  const stepShape = [input.shape[0]!, ...input.shape.slice(2)];
  const shapes = cell.stateShapes(stepShape.slice(1));
  const initial = shapes.map((shape, i) => given[i] ?? zeros(call, input, shape));
  const body = new GraphBuilder(g);
  const named = (name: string, shape: Value['shape'], type = dtype): Value => ({
    name: g.unique(`${call.layer.name}/${name}`),
    shape,
    dtype: type,
  });
  const x = named('step', stepShape, input.dtype);
  const states = shapes.map((shape, i) => named(`state_${i}`, [input.shape[0]!, ...shape]));
  const keep = mask && named('mask', [input.shape[0]!], 'bool');
  const after = cell.step(body, x, states);
  const zeroOutput = config['zero_output_for_mask'] === true;
  const choose = (value: Value, otherwise: Value): Value => {
    if (!keep) return body.op('Identity', [value], {}, [value.shape, value.dtype]);
    const rank = value.shape.length;
    const condition = unsqueeze(body, keep, ...Array.from({ length: rank - 1 }, (_, i) => i + 1));
    return where(body, condition, value, otherwise);
  };
  const next = after.states.map((state, i) => choose(state, states[i]!));
  const masked = zeroOutput ? body.scalar(0, after.output.dtype) : states[cell.outputState]!;
  const output = choose(after.output, masked);
  const inputs = keep ? [x, keep] : [x];
  const message = body.message(
    `${call.layer.name}_step`,
    [...states, ...inputs],
    [...next, output],
  );
  const scanned = [input, ...(mask ? [mask] : [])].map((value) => transposeSteps(call, value));
  const direction = isReversed ? 1 : 0;
  const steps = input.shape[1]!;
  const results = g.node(
    'Scan',
    [...initial, ...scanned],
    {
      body: message,
      num_scan_inputs: scanned.length,
      scan_input_directions: scanned.map(() => direction),
    },
    [
      ...next.map((state) => [state.shape, state.dtype] as const),
      [[steps, ...output.shape], output.dtype],
    ],
  );
  const outputs = moveAxis(g, results.at(-1)!, 0, 1);
  const last = at(g, results.at(-1)!, 0, -1);
  return { outputs, last, states: results.slice(0, -1) };
}

const transposeSteps = ({ g }: Call, value: Value): Value => moveAxis(g, value, 1, 0);

function zeros({ g, dtype }: Call, input: Value, shape: Value['shape']): Value {
  if (shape.includes(null)) throw new NoOnnxForm('its states must have a fixed shape');
  const dims = shape as number[];
  return expand(g, zeroState(g, dims, dtype), [...sizesOf(input, 0, 1), ...dims]);
}

const rnnMask = (call: Call): Value | undefined =>
  call.config['return_sequences'] === true ? call.mask : undefined;

function bidirectional(call: Call): Result {
  const { g, args, kwargs, config, dtype } = call;
  const forward = call.child('forward_layer');
  const backward = call.child('backward_layer');
  const states = flatten(call.arg(1, 'initial_state'));
  const half = states.length / 2;
  const run = (layer: LayerDescription, own: readonly Value[]): Value[] => {
    const initial = own.length > 0 ? { initial_state: own } : {};
    const mask = isValue(kwargs['mask']) ? { mask: kwargs['mask'] } : {};
    const first = { ...(args[0] as Value), mask: call.mask };
    return flatten(call.call(layer, [first], { ...initial, ...mask }));
  };
  const [y, ...forwardStates] = run(forward, states.slice(0, half));
  const [yBack, ...backwardStates] = run(backward, states.slice(half));
  const a = cast(g, y!, dtype);
  const sequences = forward.config['return_sequences'] === true;
  const b = sequences ? flip(g, cast(g, yBack!, dtype), 1) : cast(g, yBack!, dtype);
  const mask = sequences ? call.mask : undefined;
  const merged = mergeDirections(g, a, b, config['merge_mode']).map((value) => ({
    ...value,
    mask,
  }));
  const all = [...merged, ...forwardStates, ...backwardStates];
  return all.length === 1 ? all[0]! : all;
}

function mergeDirections(g: GraphBuilder, a: Value, b: Value, mode: unknown): Value[] {
  switch (mode) {
    case 'concat':
      return [concat(g, [a, b], -1)];
    case 'mul':
      return [multiply(g, a, b)];
    case 'sum':
      return [add(g, a, b)];
    case 'ave':
      return [divide(g, add(g, a, b), 2)];
    default:
      return [a, b];
  }
}

// The steps become a part of the batch.
function timeDistributed(call: Call): Value {
  const { g, input } = call;
  const layer = call.child('layer');
  const flat = reshape(g, input, [-1, ...sizesOf(input, 2)]);
  const result = call.callOne(layer, [flat]);
  return reshape(g, result, [...sizesOf(input, 0, 2), ...sizesOf(result, 1)]);
}

// A layer of one cell, called with its states.
function cellCall(call: Call): Result {
  const { g } = call;
  const cell = cellOf(call.layer);
  const given = call.arg(1, 'states');
  const states = flatten(given);
  const { output, states: next } = cell.step(g, call.tensor(0, 'inputs'), states);
  let index = 0;
  return [output, mapValues(given, () => next[index++]!) as Result];
}

const recurrent: LayerForm = { form: rnn, computeMask: rnnMask };
const cell: LayerForm = { form: cellCall };

export const rnnLayers: Readonly<Record<string, LayerForm>> = {
  RNN: recurrent,
  SimpleRNN: recurrent,
  GRU: recurrent,
  LSTM: recurrent,
  ConvLSTM1D: recurrent,
  ConvLSTM2D: recurrent,
  ConvLSTM3D: recurrent,
  Bidirectional: { form: bidirectional, computeMask: () => undefined },
  TimeDistributed: { form: timeDistributed },
  SimpleRNNCell: cell,
  GRUCell: cell,
  LSTMCell: cell,
  StackedRNNCells: cell,
};
