// Layers that TensorFlow.js lacks, made of its operations.
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';

// A reshaped tensor does not work as a bias: the wasm backend uses the original shape of its data.
const copy = (tensor, shape) => tf.tensor(tensor.dataSync().slice(), shape);

/** A layer whose weights are Keras's arrays, kept as tensors. */
class OwnLayer extends layers.Layer {
  keepsTensors = true;
  tensors = [];

  constructor(config) {
    super({ name: config.name });
    this.config = config;
  }

  setWeights(tensors) {
    this.tensors = this.arrange(tensors);
    for (const tensor of tensors) if (!this.tensors.includes(tensor)) tensor.dispose();
  }

  arrange(tensors) {
    return tensors;
  }

  computeOutputShape(shape) {
    return shape;
  }

  call(inputs) {
    return tf.tidy(() => this.compute(...[inputs].flat()));
  }

  dispose() {
    for (const tensor of this.tensors) tensor.dispose();
    return super.dispose();
  }
}

class Matmul extends OwnLayer {
  computeOutputShape([a, b]) {
    return [...a.slice(0, -1), b.at(-1)];
  }

  compute(a, b) {
    return tf.matMul(a, b);
  }
}

class Normalization extends OwnLayer {
  compute(x) {
    const [mean, variance] = this.tensors;
    return tf.div(tf.sub(x, mean), tf.maximum(tf.sqrt(variance), 1e-7));
  }
}

class MultiHeadAttention extends OwnLayer {
  // Kernels are matrices, biases vectors.
  arrange(tensors) {
    return tensors.map((tensor, i) => {
      if (i === 7) return tensor;
      if (i === 6) return copy(tensor, [tensor.shape[0] * tensor.shape[1], tensor.shape[2]]);
      if (i % 2) return copy(tensor, [tensor.size]);
      return copy(tensor, [tensor.shape[0], tensor.shape[1] * tensor.shape[2]]);
    });
  }

  // The same tensor as query, key and value.
  compute(x) {
    const { num_heads: heads, key_dim: width } = this.config;
    const [batch, tokens, features] = x.shape;
    const flat = tf.reshape(x, [batch * tokens, features]);
    const [query, key, value] = [0, 2, 4].map((i) => {
      const [b, bias] = this.tensors.slice(i, i + 2);
      const projected = tf.fused.matMul({ a: flat, b, bias });
      return tf.transpose(tf.reshape(projected, [batch, tokens, heads, width]), [0, 2, 1, 3]);
    });
    const scores = tf.matMul(tf.mul(query, 1 / Math.sqrt(width)), key, false, true);
    const attended = tf.transpose(tf.matMul(tf.softmax(scores), value), [0, 2, 1, 3]);
    const output = tf.fused.matMul({
      a: tf.reshape(attended, [batch * tokens, heads * width]),
      b: this.tensors[6],
      bias: this.tensors[7],
    });
    return tf.reshape(output, [batch, tokens, features]);
  }
}

/** With `reset_after`, which the GRU of TensorFlow.js refuses. */
class GRU extends OwnLayer {
  computeOutputShape([batch]) {
    return [batch, this.config.units];
  }

  arrange([kernel, recurrent, biases]) {
    return [kernel, recurrent, ...tf.unstack(biases).map((bias) => copy(bias, bias.shape))];
  }

  compute(x) {
    const [kernel, recurrent, inputBias, recurrentBias] = this.tensors;
    const { units } = this.config;
    const [batch, steps, features] = x.shape;
    const all = tf.fused.matMul({
      a: tf.reshape(x, [batch * steps, features]),
      b: kernel,
      bias: inputBias,
    });
    const projected = tf.unstack(tf.reshape(all, [batch, steps, 3 * units]), 1);
    let state = tf.zeros([batch, units]);
    for (const step of projected) {
      const inner = tf.fused.matMul({ a: state, b: recurrent, bias: recurrentBias });
      const [xz, xr, xh] = tf.split(step, 3, 1);
      const [hz, hr, hh] = tf.split(inner, 3, 1);
      const update = tf.sigmoid(tf.add(xz, hz));
      const reset = tf.sigmoid(tf.add(xr, hr));
      const candidate = tf.tanh(tf.add(xh, tf.mul(reset, hh)));
      state = tf.add(candidate, tf.mul(update, tf.sub(state, candidate)));
    }
    return state;
  }
}

/** Keras's class -> layer. */
export const ownLayers = { GRU, Matmul, MultiHeadAttention, Normalization };
