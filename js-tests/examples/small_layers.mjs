// Small layers, with and without weights and random numbers.
import { initializers, Layer, layers, ops, random } from '../support/keras.mjs';

export class Sampling extends Layer {
  static className = 'Sampling';
  constructor(options) {
    super(options);
    this.seedGenerator = new random.SeedGenerator({ seed: 1337 });
  }
  call([zMean, zLogVar]) {
    const [batch, dim] = ops.shape(zMean);
    const epsilon = random.normal([batch, dim], { seed: this.seedGenerator });
    return ops.add(zMean, ops.multiply(ops.exp(ops.multiply(0.5, zLogVar)), epsilon));
  }
}

export class Distance extends Layer {
  static className = 'Distance';
  call(x, y) {
    const squares = ops.square(ops.subtract(x, y));
    return ops.sqrt(ops.add(ops.sum(squares, -1, { keepdims: true }), 1e-7));
  }
}

export class MonteCarloDropout extends layers.Dropout {
  static className = 'MonteCarloDropout';
  call(inputs) {
    return super.call(inputs, { training: true });
  }
}

export class Antirectifier extends Layer {
  static className = 'Antirectifier';
  constructor({ initializer = 'he_normal', ...options } = {}) {
    super(options);
    this.initializer = initializers.get(initializer);
  }
  build(inputShape) {
    const dim = inputShape.at(-1);
    const { initializer } = this;
    this.kernel = this.addWeight({ shape: [dim * 2, dim], initializer, name: 'kernel' });
  }
  call(inputs) {
    const centered = ops.subtract(inputs, ops.mean(inputs, -1, { keepdims: true }));
    const both = ops.concatenate([ops.relu(centered), ops.relu(ops.negative(centered))], -1);
    return ops.matmul(both, this.kernel);
  }
  computeOutputShape(inputShape) {
    return inputShape;
  }
  getConfig() {
    return { ...super.getConfig(), initializer: initializers.serialize(this.initializer) };
  }
}

export class Linear extends Layer {
  static className = 'Linear';
  constructor({ units = 4, ...options } = {}) {
    super(options);
    this.units = units;
  }
  build(inputShape) {
    this.w = this.addWeight({ shape: [inputShape.at(-1), this.units], name: 'w' });
    this.b = this.addWeight({ shape: [this.units], initializer: 'zeros', name: 'b' });
  }
  call(inputs) {
    return ops.add(ops.matmul(inputs, this.w), this.b);
  }
  getConfig() {
    return { ...super.getConfig(), units: this.units };
  }
}

export class MLPBlock extends Layer {
  static className = 'MLPBlock';
  constructor(options) {
    super(options);
    this.linear_1 = new Linear({ units: 4 });
    this.linear_2 = new Linear({ units: 3 });
  }
  call(inputs) {
    return this.linear_2.apply(ops.relu(this.linear_1.apply(inputs)));
  }
}
