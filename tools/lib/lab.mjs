// The classes and functions of tools/fixtures/lab.py in JavaScript. Each call makes new ones, registered nowhere.
import {
  activations,
  Constraint,
  deserializeKerasObject,
  Initializer,
  initializers,
  Layer,
  layers,
  Model,
  ops,
  Regularizer,
  Sequential,
  tensor,
} from '../../dist/index.js';

export function makeLab() {
  class Scale extends Layer {
    static className = 'Scale';
    constructor({ factor = 1, ...options } = {}) {
      super(options);
      this.factor = factor;
    }
    build(inputShape) {
      this.scale = this.addWeight({
        name: 'scale',
        shape: [inputShape.at(-1)],
        initializer: 'ones',
      });
    }
    call(inputs) {
      return ops.multiply(ops.multiply(inputs, this.scale), this.factor);
    }
    getConfig() {
      return { ...super.getConfig(), factor: this.factor };
    }
  }

  // Without a getConfig: `by` is captured from the property.
  class Shift extends Layer {
    static className = 'Shift';
    constructor({ by = 1, ...options } = {}) {
      super(options);
      this.by = by;
    }
    call(inputs) {
      return ops.add(inputs, this.by);
    }
  }

  class MinimalCell extends Layer {
    static className = 'MinimalCell';
    constructor({ units, ...options }) {
      super(options);
      this.units = this.stateSize = units;
    }
    build(inputShape) {
      this.kernel = this.addWeight({ name: 'kernel', shape: [inputShape.at(-1), this.units] });
      this.recurrent = this.addWeight({ name: 'recurrent', shape: [this.units, this.units] });
    }
    call(inputs, states, { training = false } = {}) {
      this.wasTraining = training;
      const output = ops.tanh(
        ops.add(ops.matmul(inputs, this.kernel), ops.matmul(states[0], this.recurrent)),
      );
      return [output, [output]];
    }
    getConfig() {
      return { ...super.getConfig(), units: this.units };
    }
  }

  class Twice extends layers.Wrapper {
    static className = 'Twice';
    call(inputs) {
      return this.layer.apply(this.layer.apply(inputs));
    }
  }

  class Doubled extends layers.Dense {
    static className = 'Doubled';
    call(inputs) {
      return ops.multiply(super.call(inputs), 2);
    }
  }

  class Noisy extends layers.LSTM {
    static className = 'Noisy';
    constructor({ note = '', ...options }) {
      super(options);
      this.note = note;
    }
    getConfig() {
      return { ...super.getConfig(), note: this.note };
    }
  }

  // Holds another layer, which its config holds as an object.
  class Residual extends Layer {
    static className = 'Residual';
    constructor({ inner, ...options }) {
      super(options);
      this.inner = inner instanceof Layer ? inner : deserializeKerasObject(inner);
    }
    call(inputs) {
      return ops.add(inputs, this.inner.apply(inputs));
    }
    getConfig() {
      return { ...super.getConfig(), inner: this.inner };
    }
  }

  function swoosh(x) {
    return ops.add(ops.multiply(x, activations.sigmoid(x)), 0.1);
  }

  function ramp(shape) {
    const size = shape.reduce((a, b) => a * b, 1);
    return tensor(
      Float32Array.from({ length: size }, (_, i) => i / size),
      shape,
    );
  }

  class Spread extends Initializer {
    static className = 'Spread';
    constructor({ start, stop }) {
      super();
      this.start = start;
      this.stop = stop;
    }
    call(shape, dtype) {
      const size = shape.reduce((a, b) => a * b, 1);
      return ops.reshape(ops.linspace(this.start, this.stop, { num: size, dtype }), shape);
    }
    getConfig() {
      return { start: this.start, stop: this.stop };
    }
  }

  // Extends a built-in one.
  class Halved extends initializers.HeNormal {
    static className = 'Halved';
    call(shape, dtype) {
      return ops.multiply(super.call(shape, dtype), 0.5);
    }
  }

  class Sparsity extends Regularizer {
    static className = 'Sparsity';
    constructor({ strength }) {
      super();
      this.strength = strength;
    }
    call(x) {
      return ops.multiply(ops.sum(ops.abs(x)), this.strength);
    }
    getConfig() {
      return { strength: this.strength };
    }
  }

  class Between extends Constraint {
    static className = 'Between';
    constructor({ low, high }) {
      super();
      this.low = low;
      this.high = high;
    }
    call(weight) {
      return ops.clip(weight, this.low, this.high);
    }
    getConfig() {
      return { low: this.low, high: this.high };
    }
  }

  class Encoder extends Model {
    static className = 'Encoder';
    constructor({ units, ...options }) {
      super(options);
      this.units = units;
      this.hidden = new layers.Dense({ units, activation: 'relu' });
      this.head = new layers.Dense({ units: 2 });
    }
    call(inputs) {
      return this.head.apply(this.hidden.apply(inputs));
    }
    getConfig() {
      return { ...super.getConfig(), units: this.units };
    }
  }

  // A model without a getConfig, whose arguments have defaults.
  class Plain extends Model {
    static className = 'Plain';
    constructor(options = {}) {
      super(options);
      this.dense = new layers.Dense({ units: 2 });
    }
    call(inputs) {
      return this.dense.apply(inputs);
    }
  }

  // A graph with a mark of its own.
  class Tagged extends Model {
    static className = 'Tagged';
    constructor({ tag = '', ...options }) {
      super(options);
      this.tag = tag;
    }
    getConfig() {
      return { ...super.getConfig(), tag: this.tag };
    }
  }

  class Graph extends Model {
    static className = 'Graph';
  }

  class Stack extends Sequential {
    static className = 'Stack';
  }

  return {
    ...{ Scale, Shift, MinimalCell, Twice, Doubled, Noisy, Residual, swoosh, ramp, Spread, Halved },
    ...{ Sparsity, Between, Encoder, Plain, Tagged, Graph, Stack },
  };
}
