// Parts of transformers.
import { kwargs, Layer, layers, ops, Sequential } from '../support/keras.mjs';

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
