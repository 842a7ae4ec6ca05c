// The classes of tools/fixtures/example_classes.py, as people write them in JavaScript.
import {
  initializers,
  kwargs,
  Layer,
  layers,
  Model,
  Input,
  ops,
  random,
  Sequential,
} from '../support/keras.mjs';

const { Dense } = layers;

export class TransformerBlock extends Layer {
  static className = 'TransformerBlock';
  constructor({ embedDim, numHeads, ffDim, rate = 0.1, ...options }) {
    super(options);
    Object.assign(this, { embedDim, numHeads, ffDim, rate });
    this.att = new layers.MultiHeadAttention({ numHeads, keyDim: embedDim });
    this.ffn = new Sequential([
      new Dense({ units: ffDim, activation: 'relu' }),
      new Dense({ units: embedDim }),
    ]);
    this.layernorm1 = new layers.LayerNormalization({ epsilon: 1e-6 });
    this.layernorm2 = new layers.LayerNormalization({ epsilon: 1e-6 });
    this.dropout1 = new layers.Dropout({ rate });
    this.dropout2 = new layers.Dropout({ rate });
  }
  call(inputs, { training } = {}) {
    const attended = this.dropout1.apply(this.att.apply(inputs, inputs), kwargs({ training }));
    const out1 = this.layernorm1.apply(ops.add(inputs, attended));
    const fed = this.dropout2.apply(this.ffn.apply(out1), kwargs({ training }));
    return this.layernorm2.apply(ops.add(out1, fed));
  }
  getConfig() {
    const { embedDim, numHeads, ffDim, rate } = this;
    return {
      ...super.getConfig(),
      embed_dim: embedDim,
      num_heads: numHeads,
      ff_dim: ffDim,
      rate,
    };
  }
  static fromConfig({ embed_dim: embedDim, num_heads: numHeads, ff_dim: ffDim, ...rest }) {
    return new this({ embedDim, numHeads, ffDim, ...rest });
  }
}

export class TokenAndPositionEmbedding extends Layer {
  static className = 'TokenAndPositionEmbedding';
  constructor({ maxlen, vocab_size, embed_dim, ...options }) {
    super(options);
    Object.assign(this, { maxlen, vocab_size, embed_dim });
    this.tokenEmb = new layers.Embedding({ inputDim: vocab_size, outputDim: embed_dim });
    this.posEmb = new layers.Embedding({ inputDim: maxlen, outputDim: embed_dim });
  }
  call(x) {
    const positions = ops.arange(0, ops.shape(x).at(-1), 1);
    return ops.add(this.tokenEmb.apply(x), this.posEmb.apply(positions));
  }
}

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

export class PatchEncoder extends Layer {
  static className = 'PatchEncoder';
  constructor({ patch_size, projection_dim, ...options }) {
    super(options);
    Object.assign(this, { patch_size, projection_dim });
    this.projection = new Dense({ units: projection_dim });
  }
  build([, height, width, channels]) {
    const { patch_size: size, projection_dim: dim } = this;
    const numPatches = Math.floor(height / size) * Math.floor(width / size);
    this.projection.build([null, numPatches, size ** 2 * channels]);
    const initializer = 'random_normal';
    this.classToken = this.addWeight({ shape: [1, 1, dim], initializer, name: 'class_token' });
    const shape = [1, numPatches + 1, dim];
    this.positions = this.addWeight({ shape, initializer, name: 'positions' });
  }
  call(images) {
    const batch = ops.shape(images)[0];
    let patches = ops.image.extractPatches(images, this.patch_size);
    patches = ops.reshape(patches, [batch, -1, ops.shape(patches).at(-1)]);
    const token = ops.broadcastTo(this.classToken, [batch, 1, this.projection_dim]);
    const sequence = ops.concatenate([token, this.projection.apply(patches)], 1);
    return ops.add(sequence, this.positions);
  }
}

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

export class AttentionPooling extends Layer {
  static className = 'AttentionPooling';
  build(inputShape) {
    this.query = this.addWeight({ shape: [inputShape.at(-1), 1], name: 'query' });
  }
  call(x, { mask } = {}) {
    let scores = ops.matmul(x, this.query);
    if (mask) {
      const hidden = ops.subtract(1, ops.cast(mask, scores.dtype));
      scores = ops.subtract(scores, ops.multiply(1e9, ops.expandDims(hidden, -1)));
    }
    return ops.sum(ops.multiply(x, ops.softmax(scores, 1)), 1);
  }
  computeMask() {
    return null;
  }
}

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

export class Distance extends Layer {
  static className = 'Distance';
  call(x, y) {
    const squares = ops.square(ops.subtract(x, y));
    return ops.sqrt(ops.add(ops.sum(squares, -1, { keepdims: true }), 1e-7));
  }
}

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

export class MonteCarloDropout extends layers.Dropout {
  static className = 'MonteCarloDropout';
  call(inputs) {
    return super.call(inputs, { training: true });
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

export class TemporalSplit extends Layer {
  static className = 'TemporalSplit';
  call(inputs) {
    return ops.split(inputs, 2, 1);
  }
  computeMask(inputs, mask) {
    return mask && ops.split(mask, 2, 1);
  }
}

export class CrossAttention extends Layer {
  static className = 'CrossAttention';
  constructor({ units, ...options }) {
    super(options);
    this.units = units;
    [this.q, this.k, this.v] = [0, 1, 2].map(() => new Dense({ units }));
  }
  call(x, { context, scale = 1 }) {
    const keys = ops.transpose(this.k.apply(context), [0, 2, 1]);
    const scores = ops.multiply(ops.matmul(this.q.apply(x), keys), scale);
    return ops.matmul(ops.softmax(scores), this.v.apply(context));
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
