// Prune: wrap layers, change their weights, unwrap them
//
// Tools for pruning and quantization put a wrapper around each layer and remove it at the end. Two hooks do this; between
// them, `mapWeights` sets the smallest weights to zero. The unwrapped model is an ordinary one that Keras opens.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cloneModel, diffModels, initialize, Input, Layer, layers, Sequential } from 'keras-wasm';

await initialize();

// Marks a layer to be pruned, with the sparsity to reach.
class Pruned extends Layer {
  static className = 'Pruned';
  constructor({ layer, sparsity = 0.5, ...options } = {}) {
    super(options);
    this.layer = layer;
    this.sparsity = sparsity;
  }
  call(x) {
    return this.layer.apply(x);
  }
}

const copy = (layer) => layer.constructor.fromConfig(layer.getConfig());
const wrap = (sparsity) => (layer) =>
  layer instanceof layers.Dense
    ? new Pruned({ layer: copy(layer), sparsity, name: `prune_${layer.name}` })
    : undefined;
const unwrap = (layer) => (layer instanceof Pruned ? copy(layer.layer) : undefined);

function prune(model) {
  const sparsities = new Map(
    model.layers.filter((l) => l instanceof Pruned).map((l) => [l.layer, l.sparsity]),
  );
  return model.mapWeights(({ name, layer }, values) => {
    if (name !== 'kernel' || !sparsities.has(layer)) return undefined;
    const sizes = values.map(Math.abs).sort();
    const threshold = sizes[Math.floor(sizes.length * sparsities.get(layer))];
    return values.map((w) => (Math.abs(w) < threshold ? 0 : w));
  });
}

test('half of each kernel becomes zero, and the structure is unchanged', () => {
  const model = new Sequential([
    Input({ shape: [16] }),
    new layers.Dense({ units: 16, activation: 'relu', name: 'hidden' }),
    new layers.Dropout({ rate: 0.5, name: 'drop' }),
    new layers.Dense({ units: 4, name: 'head' }),
  ]);

  const wrapped = cloneModel(model, { copyWeights: true, cloneFunction: wrap(0.5) });
  const stripped = cloneModel(prune(wrapped), { copyWeights: true, cloneFunction: unwrap });

  const zeros = stripped
    .getLayer('hidden')
    .getWeights()[0]
    .data()
    .filter((w) => w === 0);
  assert.equal(zeros.length, 128);
  const diff = diffModels(model, stripped);
  assert.deepEqual(diff.weights.map(({ layer, weight }) => `${layer}/${weight}`), ['hidden/kernel', 'head/kernel']); // prettier-ignore
  assert.ok(diff.layers.every(({ config, inputs }) => config.length === 0 && !inputs));
});
