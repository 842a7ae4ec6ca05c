// Neuro-evolution: copy, mutate, breed
//
// Children are copies with slightly changed weights, or with weights from two parents. `mapWeights` passes copies, so parents stay
// unchanged, and assigns the values it gets back, so no tensors have to be kept or freed.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  cloneModel,
  initialize,
  Input,
  layers,
  Sequential,
  setRandomSeed,
  tensor,
} from 'keras-wasm';

await initialize();

// Random numbers that repeat with a seed (mulberry32).
function randomNumbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = randomNumbers(1);

function mutate(parent, rate = 0.3) {
  const child = cloneModel(parent, { copyWeights: true });
  return child.mapWeights((weight, values) =>
    values.map((w) => (random() < rate ? w + 2 * random() - 1 : w)),
  );
}

function breed(mother, father) {
  const genes = father.getWeights().map((weight) => weight.data());
  const child = cloneModel(mother, { copyWeights: true });
  return child.mapWeights(({ index }, values) =>
    values.map((w, i) => (random() < 0.5 ? w : genes[index][i])),
  );
}

test('a population learns XOR without gradients', () => {
  setRandomSeed(1);
  const ancestor = new Sequential([
    Input({ shape: [2] }),
    new layers.Dense({ units: 4, activation: 'tanh' }),
    new layers.Dense({ units: 1, activation: 'sigmoid' }),
  ]);
  const inputs = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]); // prettier-ignore
  const wanted = [0, 1, 1, 0];
  const error = (model) =>
    model
      .predict(inputs)
      .array()
      .reduce((sum, [y], i) => sum + (y - wanted[i]) ** 2, 0);

  let population = [ancestor];
  for (let generation = 0; generation < 60; ++generation) {
    const [best, second = best] = population;
    const children = Array.from({ length: 12 }, () => mutate(breed(best, second)));
    population = [...population, ...children].sort((a, b) => error(a) - error(b)).slice(0, 4);
  }

  assert.ok(error(ancestor) > 0.8);
  assert.ok(error(population[0]) < 0.2, `the error is ${error(population[0])}`);
});
