// Subclassed models, and layers in lists and dicts.
import { Input, kwargs, Layer, layers, Model, ops, Sequential } from '../support/keras.mjs';

const { Dense } = layers;

export class Autoencoder extends Model {
  static className = 'Autoencoder';
  constructor({ latent_dim, width, ...options }) {
    super(options);
    Object.assign(this, { latent_dim, width });
    this.encoder = new Sequential([
      new layers.Flatten(),
      new Dense({ units: latent_dim, activation: 'relu' }),
    ]);
    this.decoder = new Sequential([
      new Dense({ units: width * width, activation: 'sigmoid' }),
      new layers.Reshape({ targetShape: [width, width] }),
    ]);
  }
  call(x) {
    return this.decoder.apply(this.encoder.apply(x));
  }
  getConfig() {
    return { ...super.getConfig(), latent_dim: this.latent_dim, width: this.width };
  }
}

export class Classifier extends Model {
  static className = 'Classifier';
  constructor({ classes, ...options }) {
    super(options);
    this.classes = classes;
    const inputs = Input({ shape: [6] });
    const hidden = new Dense({ units: 5, activation: 'relu' }).apply(inputs);
    const outputs = [hidden, new Dense({ units: 4 }).apply(hidden)];
    this.backbone = new Model({ inputs, outputs });
    this.bn = new layers.BatchNormalization();
    this.dropout = new layers.Dropout({ rate: 0.5, seed: 7 });
    this.heads = {
      kind: new Dense({ units: classes, activation: 'softmax' }),
      size: new Dense({ units: 1 }),
    };
  }
  call(x, { training = false } = {}) {
    const [hidden, features] = this.backbone.apply(x);
    const normal = this.bn.apply(features, kwargs({ training }));
    const y = this.dropout.apply(normal, kwargs({ training }));
    return { kind: this.heads.kind.apply(y), size: this.heads.size.apply(hidden) };
  }
  getConfig() {
    return { ...super.getConfig(), classes: this.classes };
  }
}

export class MixtureOfExperts extends Layer {
  static className = 'MixtureOfExperts';
  constructor({ experts, units, ...options }) {
    super(options);
    Object.assign(this, { count: experts, units });
    this.experts = Array.from(
      { length: experts },
      () => new Sequential([new Dense({ units, activation: 'gelu' }), new Dense({ units })]),
    );
    this.parts = {
      gate: new Dense({ units: experts, activation: 'softmax' }),
      norm: new layers.LayerNormalization(),
    };
  }
  call(x) {
    const outputs = ops.stack(
      this.experts.map((expert) => expert.apply(x)),
      -1,
    );
    const gates = ops.expandDims(this.parts.gate.apply(x), -2);
    return this.parts.norm.apply(ops.sum(ops.multiply(outputs, gates), -1));
  }
  getConfig() {
    return { ...super.getConfig(), experts: this.count, units: this.units };
  }
}
