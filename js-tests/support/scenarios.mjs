// Shared by the scenario tests: Keras's answers, and models and errors in the same form.
import { readFileSync } from 'node:fs';
import { Input, layers, Model, Sequential } from './keras.mjs';

const folder = new URL('../fixtures/scenarios/', import.meta.url);

/** Keras's answers in a file of js-tests/fixtures/scenarios, by name (tools/fixtures/make_scenarios.py). */
export function answersOf(section) {
  const { scenarios } = JSON.parse(readFileSync(new URL(`${section}.json`, folder), 'utf8'));
  return Object.fromEntries(scenarios.map(({ name, answer }) => [name, answer]));
}

// Keras's message without notes, which Python keeps separately.
function withoutNotes({ message, notes = [] }) {
  const added = notes.map((note) => `\n${note}`).join('');
  return message.endsWith(added) ? message.slice(0, message.length - added.length) : message;
}

/** The error of `body` as `{ kind, message }` with Python's class name as kind, or null. */
export function raised(body) {
  try {
    body();
  } catch (error) {
    return { kind: error.kind ?? error.name, message: withoutNotes(error) };
  }
  return null;
}

export const dense = (units, name, options = {}) => new layers.Dense({ units, name, ...options });

/** A Functional with layers in a chain. */
export function chain(steps, { shape = [3], name, input = 'x' } = {}) {
  const inputs = Input({ shape, name: input });
  return new Model({ inputs, outputs: steps.reduce((x, layer) => layer.apply(x), inputs), name });
}

export const stack = (...steps) =>
  new Sequential([Input({ shape: [3], name: 'x' }), ...steps], { name: 's' });
export const twoDense = () => chain([dense(2, 'd'), dense(1, 'e')], { name: 'm' });
export const twoDenseStack = () => stack(dense(2, 'd'), dense(1, 'e'));

/** The replacement that cloneModel makes for a layer by default. */
export const revived = (layer) => layer.constructor.fromConfig(layer.getConfig());

export const names = (model) => model.layers.map(({ name }) => name);
export const classes = (model) => model.layers.map(({ name, className }) => [name, className]);
export const shapes = (tensors) => tensors.map(({ shape }) => shape);
/** Paths and shapes of the weights, in order. */
export const weights = (model) => model.weights.map(({ path, shape }) => [path, shape]);
/** The recorded calls of one operation in a Functional's config. */
export const history = (config, name) =>
  config.layers.find((entry) => entry.name === name).inbound_nodes;
/** The InputLayer in a config. */
export function inputLayer({ config }) {
  const { batch_shape, dtype, sparse, name, optional } = config;
  return { batch_shape, dtype, sparse, name, optional };
}
