// Random activations, initializers, regularizers and other parts of a layer's options.

const activations = [
  'relu',
  'tanh',
  'sigmoid',
  'elu',
  'selu',
  'softplus',
  'softsign',
  'silu',
  'gelu',
  'hard_sigmoid',
  'leaky_relu',
  'exponential',
  'linear',
  'relu6',
  'mish',
  'log_sigmoid',
  'hard_silu',
  'softmax',
];

/** The name of an activation, or null. */
export const activation = (r) => (r.chance(0.4) ? null : r.pick(activations));

/** An activation that keeps a recurrent state small. */
export const recurrentActivation = (r) =>
  r.pick(['tanh', 'sigmoid', 'hard_sigmoid', 'softsign', 'relu']);

/** A seed option: a number or null. */
export const seed = (r) => (r.chance(0.5) ? r.int(0, 10000) : null);

/** Sets `name` in about one of three cases, so that most layers keep most defaults. */
const sometimes = (r, probability, options) => (r.chance(probability) ? options() : {});

function initializer(r) {
  const record = (className, config) => ({
    module: 'keras.initializers',
    class_name: className,
    config,
    registered_name: null,
  });
  return r.pick([
    () => 'he_normal',
    () => 'lecun_uniform',
    () => 'ones',
    () => record('RandomNormal', { mean: r.pick([0, 0.5]), stddev: 0.05, seed: seed(r) }),
    () => record('RandomUniform', { minval: -0.25, maxval: 0.25, seed: seed(r) }),
    () => record('TruncatedNormal', { mean: 0, stddev: r.pick([1, 0.1]), seed: seed(r) }),
    () =>
      record('VarianceScaling', {
        scale: r.pick([1, 0.5]),
        mode: r.pick(['fan_in', 'fan_out', 'fan_avg']),
        distribution: r.pick(['truncated_normal', 'untruncated_normal', 'uniform']),
        seed: seed(r),
      }),
    () => record('Constant', { value: r.pick([0.25, 1, -0.5]) }),
    () => record('GlorotNormal', { seed: seed(r) }),
  ])();
}

const regularizer = (r) =>
  r.pick([
    () => 'l2',
    () => ({ class_name: 'L1L2', config: { l1: 0.01, l2: r.pick([0, 0.02]) } }),
    () => ({ class_name: 'L1', config: { l1: 0.25 } }),
    () => ({ class_name: 'OrthogonalRegularizer', config: { factor: 0.01, mode: 'rows' } }),
  ])();

const constraint = (r) =>
  r.pick([
    () => 'non_neg',
    () => ({ class_name: 'MaxNorm', config: { max_value: r.pick([2, 1.5]), axis: 0 } }),
    () => ({ class_name: 'UnitNorm', config: { axis: 0 } }),
    () => ({ class_name: 'MinMaxNorm', config: { min_value: 0, max_value: 1, rate: 1, axis: 0 } }),
  ])();

/** Initializers, regularizers and constraints for the named weights, such as `kernel` and `bias`. */
export function weightOptions(r, names) {
  const options = {};
  for (const name of names) {
    Object.assign(
      options,
      sometimes(r, 0.25, () => ({ [`${name}Initializer`]: initializer(r) })),
      sometimes(r, 0.12, () => ({ [`${name}Regularizer`]: regularizer(r) })),
      sometimes(r, 0.08, () => ({ [`${name}Constraint`]: constraint(r) })),
    );
  }
  return options;
}

/** Options of every layer. `name` is called when the layer gets an explicit name. */
export function commonOptions(r, { name, policies }) {
  return {
    ...sometimes(r, 0.3, () => ({ name: name() })),
    ...sometimes(r, 0.1, () => ({ trainable: false })),
    ...sometimes(r, 0.12, () => ({ dtype: policy(r, policies) })),
  };
}

const policy = (r, policies) => {
  const name = r.pick(policies);
  if (r.chance(0.7)) return name;
  return {
    module: 'keras',
    class_name: 'DTypePolicy',
    config: { name },
    registered_name: null,
  };
};

export { sometimes };
