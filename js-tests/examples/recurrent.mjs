// Layers for sequences, and a cell.
import { kwargs, Layer, layers, ops } from '../support/keras.mjs';

const { Dense } = layers;

export class GatedCell extends Layer {
  static className = 'GatedCell';
  constructor({ units, ...options }) {
    super(options);
    this.units = units;
    this.stateSize = units;
  }
  build(inputShape) {
    const columns = 2 * this.units;
    this.kernel = this.addWeight({ shape: [inputShape.at(-1), columns], name: 'kernel' });
    this.recurrent = this.addWeight({ shape: [this.units, columns], name: 'recurrent' });
  }
  call(inputs, states) {
    const sum = ops.add(ops.matmul(inputs, this.kernel), ops.matmul(states[0], this.recurrent));
    const [logits, value] = ops.split(sum, 2, -1);
    const gate = ops.sigmoid(logits);
    const fresh = ops.multiply(ops.subtract(1, gate), ops.tanh(value));
    const output = ops.add(ops.multiply(gate, states[0]), fresh);
    return [output, [output]];
  }
}

export class Encoder extends Layer {
  static className = 'Encoder';
  constructor({ units, ...options }) {
    super(options);
    this.units = units;
    this.rnn = new layers.LSTM({ units, returnState: true });
  }
  call(x) {
    const [, h, c] = this.rnn.apply(x);
    return [h, c];
  }
}

export class Decoder extends Layer {
  static className = 'Decoder';
  constructor({ units, outputs, ...options }) {
    super(options);
    Object.assign(this, { units, outputs });
    this.rnn = new layers.LSTM({ units, returnSequences: true });
    this.head = new Dense({ units: outputs, activation: 'softmax' });
  }
  call(x, { h, c }) {
    return this.head.apply(this.rnn.apply(x, kwargs({ initialState: [h, c] })));
  }
}

export class TemporalSplit extends Layer {
  static className = 'TemporalSplit';
  call(inputs) {
    return ops.split(inputs, 2, 1);
  }
  computeMask(inputs, mask) {
    return mask && ops.split(mask, 2, 1);
  }
}
