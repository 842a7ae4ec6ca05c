// Uses an opened model as a user does: inspect it, clone it, run it, save it.

const most = { inputs: 100_000, parameters: 2_000_000, values: 4_000_000 };

const product = (shape) => shape.reduce((size, dim) => size * (dim ?? 2), 1);

/** Whether a prediction is quick; large models are only inspected. */
function isSmall(model) {
  if (model.countParams() > most.parameters) return false;
  if (model.inputs.some(({ shape }) => product(shape) > most.inputs)) return false;
  return model.layers.every((layer) => {
    try {
      return [layer.output].flat().every(({ shape }) => product(shape) <= most.values);
    } catch {
      return true; // called several times, so it has no single output
    }
  });
}

/** Uses the model and throws what goes wrong. */
export async function use(K, model, random) {
  JSON.stringify(model.getConfig());
  model.summary({ printFn: null });
  if (!model.built || !isSmall(model)) return;
  const clone = random.chance(0.3) ? K.cloneModel(model) : null;
  try {
    predict(K, clone ?? model);
    if (random.chance(0.1)) await model.save();
  } finally {
    clone?.dispose();
  }
}

function predict(K, model) {
  const tensors = model.inputs.map(({ shape, dtype }) => {
    const sizes = shape.map((size) => size ?? 2);
    if (dtype === 'string') return K.tensor(Array(product(sizes)).fill('a'), sizes, dtype);
    return K.tensor(new Float32Array(product(sizes)).fill(1), sizes, dtype);
  });
  try {
    const outputs = model.predict(tensors.length === 1 ? tensors[0] : tensors);
    for (const each of Object.values(outputs instanceof K.Tensor ? [outputs] : outputs))
      each.dispose?.();
  } finally {
    for (const each of tensors) each.dispose();
  }
}
