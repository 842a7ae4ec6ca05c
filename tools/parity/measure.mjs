// Runs golden cases in the built package and measures how far results are from Keras's.

const isHalf = ({ to_json: { config }, calls }) =>
  /float16|float8/.test(JSON.stringify([config, calls.map(({ outputs }) => outputs)]));

/** Lambda layers hold functions of Python. */
const needsCode = ({ to_json: { config } }) =>
  config.layers.some(({ class_name: name }) => name === 'Lambda');

/**
 * The largest difference of an output of a case, divided by the largest magnitude Keras computed. Undefined for cases
 * that only have configs, need code of the user, have complex inputs, or compute in half precision.
 */
export function errorOf(keras, golden) {
  const calls = (golden.calls ?? []).filter(({ training }) => !training);
  if (calls.length === 0 || golden.config_only || isHalf(golden) || needsCode(golden))
    return undefined;
  const model = keras.modelFromJson(JSON.stringify(golden.to_json));
  const read = (entry) => {
    if (entry.strings) return keras.tensor(entry.strings, null, 'string');
    if (entry.dtype === 'complex64') return undefined;
    const stored = golden.array(entry.array);
    return keras.tensor(stored.values, stored.shape, entry.dtype);
  };
  const weights = golden.weights.map(read);
  if (weights.includes(undefined)) return undefined;
  model.setWeights(weights);
  let worst = 0;
  for (const call of calls) {
    const inputs = call.inputs.map(read);
    if (inputs.includes(undefined)) return undefined;
    const build = (structure) =>
      typeof structure === 'number'
        ? inputs[structure]
        : Array.isArray(structure)
          ? structure.map(build)
          : Object.fromEntries(Object.entries(structure).map(([key, item]) => [key, build(item)]));
    const result = model.apply(build(call.input_structure), keras.kwargs({ training: false }));
    const got = flatten(result, call.output_structure);
    for (const [i, entry] of call.outputs.entries()) {
      const real = got[i].dtype === 'complex64' ? keras.ops.viewAsReal(got[i]) : got[i];
      const error = entry.strings
        ? stringDifference(got[i], entry)
        : difference(real, golden.array(entry.array));
      if (error === undefined) return undefined;
      worst = Math.max(worst, error);
    }
  }
  return worst;
}

function flatten(result, structure, out = []) {
  if (typeof structure === 'number') out[structure] = result;
  else for (const [key, item] of Object.entries(structure)) flatten(result[key], item, out);
  return out;
}

function checkShape(tensor, want) {
  if (tensor.shape.join() !== want.shape.join())
    throw new Error(`shape [${tensor.shape}] instead of [${want.shape}]`);
}

/** 0 for equal strings and 1 for others. */
function stringDifference(tensor, want) {
  checkShape(tensor, want);
  const [got, strings] = [tensor.array(), want.strings].map((list) => [list].flat(Infinity));
  return strings.every((text, i) => text === got[i]) ? 0 : 1;
}

function difference(tensor, want) {
  if (want === undefined) return undefined;
  checkShape(tensor, want);
  const got = Array.from(tensor.data(), Number);
  let worst = 0;
  let largest = 0;
  for (const [i, value] of want.values.entries()) {
    if (Object.is(value, got[i]) || value === got[i]) {
      if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
      continue;
    }
    largest = Math.max(largest, Math.abs(value));
    worst = Math.max(worst, Math.abs(value - got[i]));
  }
  return worst === 0 ? 0 : worst / (largest || 1);
}
