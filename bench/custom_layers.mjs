// Six feed-forward blocks as a JavaScript Layer beside the same graph of built-in layers: `node bench/custom_layers.mjs relaxed`.
// It needs what `npm run build` has left. Both take turns, and the smallest times count.
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { checkout } from '../tools/lib/paths.mjs';

const [variant = 'simd', rounds = '40'] = process.argv.slice(2);
const { initialize, Input, Layer, layers, Model, ops } = await import(
  join(checkout, 'dist/index.js')
);
await initialize({ variant });

const [tokens, width, hidden, blocks] = [16, 64, 256, 6];

const parts = () => ({
  norm: new layers.LayerNormalization(),
  up: new layers.Dense({ units: hidden, activation: 'sigmoid' }),
  down: new layers.Dense({ units: width }),
});

class FeedForward extends Layer {
  constructor(config = {}) {
    super(config);
    Object.assign(this, parts());
  }

  call(x) {
    const y = this.down.apply(this.up.apply(this.norm.apply(x)));
    return ops.multiply(ops.add(x, y), ops.sigmoid(y));
  }
}

function builtIn(x) {
  const { norm, up, down } = parts();
  const y = down.apply(up.apply(norm.apply(x)));
  const gate = new layers.Activation({ activation: 'sigmoid' }).apply(y);
  return new layers.Multiply().apply([new layers.Add().apply([x, y]), gate]);
}

function modelOf(block) {
  const inputs = Input({ shape: [tokens, width] });
  let x = inputs;
  for (let i = 0; i < blocks; ++i) x = block(x);
  return new Model({ inputs, outputs: x });
}

const models = {
  'built-in': modelOf(builtIn),
  JavaScript: modelOf((x) => new FeedForward().apply(x)),
};
models.JavaScript.setWeights(models['built-in'].getWeights());
const input = Float32Array.from({ length: tokens * width }, (_, i) => Math.sin(i));
const results = Object.values(models).map((model) => [...model.predict(input).data()]);
if (results[0].some((value, i) => value !== results[1][i]))
  throw new Error('The two models differ.');

const fastest = {};
for (let round = 0; round < Number(rounds); ++round) {
  for (const [name, model] of Object.entries(models)) {
    const predictions = 50;
    const start = performance.now();
    for (let i = 0; i < predictions; ++i) model.predict(input).dispose();
    const time = (performance.now() - start) / predictions;
    fastest[name] = Math.min(fastest[name] ?? Infinity, time);
  }
}
for (const [name, time] of Object.entries(fastest)) console.log(`${time.toFixed(4)} ms  ${name}`);
console.log(
  `JavaScript takes ${(fastest.JavaScript / fastest['built-in']).toFixed(2)} times as long`,
);
