// What the tests of scenarios share: Keras's answers, and models and errors in the words of those answers.
import { readFileSync } from 'node:fs';
import { Input, layers, Model, Sequential } from './keras.mjs';

const folder = new URL('../fixtures/scenarios/', import.meta.url);

/** Keras's answers to the scenarios of a section such as `b1`, by number (tools/fixtures/make_scenarios.py). */
export function answersOf(section) {
  const { scenarios } = JSON.parse(readFileSync(new URL(`${section}.json`, folder), 'utf8'));
  return Object.fromEntries(scenarios.map(({ number, answer }) => [number, answer]));
}

// Keras's message: in Python, notes stand beside it.
function withoutNotes({ message, notes = [] }) {
  const added = notes.map((note) => `\n${note}`).join('');
  return message.endsWith(added) ? message.slice(0, message.length - added.length) : message;
}

/** The error of `body` as `{ kind, message }` with Python's class as kind, or null. */
export function raised(body) {
  try {
    body();
  } catch (error) {
    return { kind: error.kind ?? error.name, message: withoutNotes(error) };
  }
  return null;
}

export const dense = (units, name, options = {}) => new layers.Dense({ units, name, ...options });

/** A Functional of layers one after the other. */
export function chain(steps, { shape = [3], name, input = 'x' } = {}) {
  const inputs = Input({ shape, name: input });
  return new Model({ inputs, outputs: steps.reduce((x, layer) => layer.apply(x), inputs), name });
}

export const stack = (...steps) =>
  new Sequential([Input({ shape: [3], name: 'x' }), ...steps], { name: 's' });
export const twoDense = () => chain([dense(2, 'd'), dense(1, 'e')], { name: 'm' });
export const twoDenseStack = () => stack(dense(2, 'd'), dense(1, 'e'));

/** What cloneModel makes of a layer by default. */
export const revived = (layer) => layer.constructor.fromConfig(layer.getConfig());

export const names = (model) => model.layers.map(({ name }) => name);
export const classes = (model) => model.layers.map(({ name, className }) => [name, className]);
export const shapes = (tensors) => tensors.map(({ shape }) => shape);
/** Paths and shapes of the weights, in order. */
export const weights = (model) => model.weights.map(({ path, shape }) => [path, shape]);
/** The calls of one operation in a Functional's config. */
export const history = (config, name) =>
  config.layers.find((entry) => entry.name === name).inbound_nodes;
/** What a config says of an InputLayer. */
export function inputLayer({ config }) {
  const { batch_shape, dtype, sparse, name, optional } = config;
  return { batch_shape, dtype, sparse, name, optional };
}
