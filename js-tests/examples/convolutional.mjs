// Convolutional blocks.
import { kwargs, Layer, layers, ops } from '../support/keras.mjs';

const { Dense } = layers;

export class ResidualBlock extends Layer {
  static className = 'ResidualBlock';
  constructor({ filters, ...options }) {
    super(options);
    this.filters = filters;
    this.main = [
      new layers.Conv2D({ filters, kernelSize: 3, padding: 'same', useBias: false }),
      new layers.BatchNormalization(),
      new layers.ReLU(),
      new layers.Conv2D({ filters, kernelSize: 3, padding: 'same' }),
    ];
    this.shortcut = null;
  }
  build(inputShape) {
    let shape = inputShape;
    for (const layer of this.main) {
      layer.build(shape);
      shape = layer.computeOutputShape(shape);
    }
    if (inputShape.at(-1) === this.filters) return;
    this.shortcut = new layers.Conv2D({ filters: this.filters, kernelSize: 1 });
    this.shortcut.build(inputShape);
  }
  call(x, { training = false } = {}) {
    let y = x;
    for (const layer of this.main) {
      const normalizes = layer instanceof layers.BatchNormalization;
      y = normalizes ? layer.apply(y, kwargs({ training })) : layer.apply(y);
    }
    return ops.relu(ops.add(y, this.shortcut ? this.shortcut.apply(x) : x));
  }
}

export class SqueezeExcite extends Layer {
  static className = 'SqueezeExcite';
  constructor({ ratio = 2, ...options } = {}) {
    super(options);
    this.ratio = ratio;
  }
  build([batch, , , channels]) {
    const units = Math.floor(channels / this.ratio);
    this.squeeze = new Dense({ units, activation: 'relu' });
    this.excite = new Dense({ units: channels, activation: 'sigmoid' });
    this.squeeze.build([batch, channels]);
    this.excite.build([batch, units]);
  }
  call(x) {
    const s = this.excite.apply(this.squeeze.apply(ops.mean(x, [1, 2])));
    return ops.multiply(x, ops.reshape(s, [-1, 1, 1, x.shape.at(-1)]));
  }
}

export class WaveNetBlock extends Layer {
  static className = 'WaveNetBlock';
  constructor({ filters, dilation, ...options }) {
    super(options);
    Object.assign(this, { filters, dilation });
    const conv = (activation) =>
      new layers.Conv1D({
        filters,
        kernelSize: 2,
        padding: 'causal',
        dilationRate: dilation,
        activation,
      });
    this.filter = conv('tanh');
    this.gate = conv('sigmoid');
    this.out = new layers.Conv1D({ filters, kernelSize: 1 });
  }
  call(x) {
    const skip = this.out.apply(ops.multiply(this.filter.apply(x), this.gate.apply(x)));
    return [ops.add(x, skip), skip];
  }
}
