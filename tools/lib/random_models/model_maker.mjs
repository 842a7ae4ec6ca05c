// Random valid models, each determined by a number.
//
// A Functional grows from its inputs: each step takes tensors from a pool, applies a layer, an operation or a
// whole model to them, and puts the results back. Tensors that nothing took become the outputs.
//
// Long because all steps share the pool.
import { layerFor } from './layer_rows.mjs';
import { binary, unary } from './operation_rows.mjs';
import { commonOptions, sometimes } from './parts.mjs';
import { Random } from './random.mjs';

const product = (s) => s.reduce((a, b) => a * b, 1);
const sameShape = (a, b) => a.length === b.length && a.every((size, i) => size === b[i]);

/** Larger tensors are not used any further. */
const MAX_SIZE = 240;
/** Vocabulary size of models with integer inputs. */
const WORDS = 7;
/** Samples in a model's data. */
const SAMPLES = 2;

/** Policies that all backends of Keras compute alike. */
const policies = ['mixed_float16', 'mixed_bfloat16', 'float16', 'bfloat16', 'float32'];

class ModelMaker {
  #names = 0;
  #pool = [];
  #applied = [];

  constructor(r, keras, depth) {
    this.r = r;
    this.keras = keras;
    this.depth = depth;
  }

  /** Options that every layer takes. */
  common() {
    return commonOptions(this.r, { name: () => this.name('layer'), policies });
  }

  name(kind) {
    return `${kind}_${this.r.pick(['a', 'b', 'c', 'z'])}${this.#names++}`;
  }

  // --- The pool ---

  #put(result) {
    for (const tensor of Array.isArray(result) ? result.flat(Infinity) : leavesOf(result)) {
      this.#pool.push({ tensor, shape: tensor.shape.slice(1), dtype: tensor.dtype, uses: 0 });
    }
  }

  // Prefers tensors that nothing has taken yet.
  #take(accepts) {
    const fitting = this.#pool.filter(accepts);
    if (fitting.length === 0) return undefined;
    const fresh = fitting.filter(({ uses }) => uses === 0);
    return this.r.pick(fresh.length > 0 && this.r.chance(0.7) ? fresh : fitting);
  }

  #takeFloats(accepts = () => true) {
    return this.#take((item) => isFloats(item) && item.shape.length > 0 && accepts(item));
  }

  #takeTwo() {
    const first = this.#takeFloats();
    if (!first) return [];
    const others = this.#pool.filter(
      (item) => item !== first && item.dtype === first.dtype && sameShape(item.shape, first.shape),
    );
    return [first, others.length > 0 ? this.r.pick(others) : first];
  }

  #use(...items) {
    for (const item of items) ++item.uses;
    return items.map(({ tensor }) => tensor);
  }

  // --- Steps ---

  #layer() {
    const item = this.#takeFloats(({ shape }) => shape.length <= 4);
    if (!item) return;
    const { className, options } = layerFor(this.r, item.shape, this.keras.layers);
    // Softmax uses its input's mask, which has one axis less, as its own; BatchNormalization requires exactly one axis
    // less, which masks of attention scores do not have.
    if (['Softmax', 'BatchNormalization'].includes(className) && item.tensor.mask !== null) return;
    const layer = this.#create(className, options);
    this.#apply(layer, item, this.#keywords(className, options, item));
  }

  #create(className, options) {
    const common = this.common();
    if (className.startsWith('SpatialDropout')) {
      delete common.trainable; // not accepted by their constructors
      delete common.dtype; // their configs keep only the variable dtype
    }
    return new this.keras.layers[className]({ ...options, ...common });
  }

  #apply(layer, item, keywords = {}) {
    const { kwargs } = this.keras;
    const args = this.#use(item);
    if (Object.keys(keywords).length > 0) args.push(kwargs(keywords));
    this.#put(layer.apply(...args));
    this.#applied.push({ layer, shape: item.shape, dtype: item.dtype });
  }

  // Keyword arguments of the call; prediction overrides `training`.
  #keywords(className, options, item) {
    const { r } = this;
    const keywords = {};
    const isRecurrent = ['LSTM', 'GRU', 'SimpleRNN'].includes(className);
    if (isRecurrent && r.chance(0.15)) {
      const states = this.#pool.filter(
        (other) => other.dtype === 'float32' && sameShape(other.shape, [options.units]),
      );
      if (states.length > 0 && item.dtype === 'float32') {
        const count = className === 'LSTM' ? 2 : 1;
        keywords.initialState = Array.from({ length: count }, () => this.#use(r.pick(states))[0]);
      }
    }
    if (isRecurrent && r.chance(0.15)) {
      const { ops } = this.keras;
      keywords.mask = ops.greater(ops.max(item.tensor, { axis: -1 }), 0);
    }
    if (
      /Dropout|BatchNorm|LSTM|GRU|Noise/.test(className) &&
      !/Conv/.test(className) &&
      r.chance(0.12)
    )
      keywords.training = r.pick([true, false]);
    return keywords;
  }

  #shared() {
    if (this.#applied.length === 0) return;
    const { layer, shape, dtype } = this.r.pick(this.#applied);
    const item = this.#take((other) => other.dtype === dtype && sameShape(other.shape, shape));
    if (item) this.#put(layer.apply(...this.#use(item)));
  }

  #merge() {
    const { r } = this;
    const { layers } = this.keras;
    const [first, second] = this.#takeTwo();
    if (!first) return;
    const name = r.pick([
      'Add',
      'Subtract',
      'Multiply',
      'Average',
      'Maximum',
      'Minimum',
      'Concatenate',
      'Dot',
    ]);
    const more = name === 'Subtract' || name === 'Dot' ? [] : r.chance(0.3) ? [first] : [];
    const options = name === 'Dot' ? { axes: -1, normalize: r.chance(0.3) } : {};
    if (name === 'Dot' && first.shape.length > 2) return;
    if (name === 'Concatenate') options.axis = r.pick([-1, first.shape.length]);
    const layer = new layers[name]({ ...options, ...this.common() });
    this.#put(layer.apply(this.#use(first, second, ...more)));
  }

  #operation() {
    const { r } = this;
    const { ops } = this.keras;
    if (r.chance(0.4)) {
      const [first, second] = this.#takeTwo();
      if (!first) return;
      const [x, y] = this.#use(first, second);
      this.#put(r.pick(binary)(r, ops, x, y, first.shape));
      return;
    }
    const item = this.#takeFloats();
    if (item) this.#put(r.pick(unary)(r, ops, this.#use(item)[0], item.shape));
  }

  #attention() {
    const { r } = this;
    const { layers, kwargs } = this.keras;
    const item = this.#takeFloats(({ shape }) => shape.length === 2);
    if (!item) return;
    const others = this.#pool.filter(
      (other) => isFloats(other) && other.shape.length === 2 && other.shape[1] === item.shape[1],
    );
    const other = r.pick(others);
    const [query, value] = this.#use(item, other);
    const keywords = {
      ...sometimes(r, 0.3, () => ({ useCausalMask: true })),
      // Keras promises scores as if both sequences had the same length.
      ...(item.shape[0] === other.shape[0] &&
        sometimes(r, 0.3, () => ({ returnAttentionScores: true }))),
    };
    const last = Object.keys(keywords).length > 0 ? [kwargs(keywords)] : [];
    r.pick([
      () => {
        const layer = new layers.MultiHeadAttention({
          numHeads: r.int(1, 3),
          keyDim: r.int(1, 3),
          ...sometimes(r, 0.3, () => ({ valueDim: 2 })),
          ...sometimes(r, 0.3, () => ({ dropout: 0.5, seed: 3 })),
          ...sometimes(r, 0.3, () => ({ useBias: false })),
          ...this.common(),
        });
        this.#put(layer.apply(query, value, ...last));
      },
      () => {
        const layer = new layers.GroupQueryAttention({
          headDim: r.int(1, 3),
          numQueryHeads: 2,
          numKeyValueHeads: r.int(1, 2),
          ...this.common(),
        });
        this.#put(layer.apply(query, value, ...last));
      },
      () => {
        const layer = new layers.Attention({
          useScale: r.chance(0.5),
          scoreMode: r.pick(['dot', 'concat']),
          ...this.common(),
        });
        this.#put(layer.apply([query, value], ...last));
      },
      () => {
        const layer = new layers.AdditiveAttention({ useScale: r.chance(0.5), ...this.common() });
        this.#put(layer.apply([query, value], ...last));
      },
    ])();
  }

  #embedding() {
    const { r } = this;
    const item = this.#take(({ dtype, shape }) => dtype === 'int32' && shape.length < 3);
    if (!item) return;
    const layer = new this.keras.layers.Embedding({
      inputDim: WORDS,
      outputDim: r.int(1, 4),
      maskZero: r.chance(0.5),
      ...this.common(),
    });
    this.#apply(layer, item);
  }

  #model() {
    if (this.depth === 0) return;
    const { r } = this;
    const count = r.pick([1, 1, 2]);
    const items = Array.from({ length: count }, () => this.#takeFloats()).filter(Boolean);
    if (items.length === 0) return;
    const maker = new ModelMaker(r, this.keras, this.depth - 1);
    const name = r.chance(0.5) ? this.name('model') : undefined;
    if (items.length === 1 && r.chance(0.4)) {
      const model = maker.sequential({ shape: items[0].shape, dtype: items[0].dtype, name });
      this.#apply(model, items[0]);
      return;
    }
    const { model, structure } = maker.functional(
      items.map(({ shape, dtype }) => ({ shape, dtype })),
      { steps: r.int(1, 4), name },
    );
    const tensors = this.#use(...items);
    this.#put(model.apply(mapLeaves(structure, (i) => tensors[i])));
    if (items.length === 1 && typeof structure === 'number')
      this.#applied.push({ layer: model, shape: items[0].shape, dtype: items[0].dtype });
  }

  #step() {
    const roll = this.r.number();
    if (roll < 0.5) this.#layer();
    else if (roll < 0.62) this.#merge();
    else if (roll < 0.72) this.#shared();
    else if (roll < 0.84) this.#operation();
    else if (roll < 0.9) this.#attention();
    else if (roll < 0.94) this.#embedding();
    else this.#model();
  }

  // --- Models ---

  /** A Functional of inputs such as `{ shape, dtype }`, and their tree with indices as leaves. */
  functional(specs, { steps, name }) {
    const { r } = this;
    const { Input, Model } = this.keras;
    const names = specs.map(() => this.name('in'));
    const structure = structureOf(r, names);
    const named = names.map((own) =>
      r.chance(0.7) || typeof structure !== 'number' ? { name: own } : {},
    );
    const inputs = specs.map((spec, i) => Input({ ...spec, ...named[i] }));
    this.#put(inputs);
    for (let i = 0; i < steps; ++i) this.#step();

    // Uses every input if possible.
    const untaken = this.#pool.filter(({ uses }) => uses === 0);
    const ends = (untaken.length > 0 ? untaken : [this.#pool.at(-1)]).slice(-4);
    if (r.chance(0.2)) {
      const inner = r.pick(this.#pool);
      if (!ends.includes(inner)) ends.push(inner);
    }
    const outputs = mapLeaves(
      structureOf(
        r,
        ends.map(() => this.name('out')),
      ),
      (i) => ends[i].tensor,
    );
    const model = new Model({
      inputs: mapLeaves(structure, (i) => inputs[i]),
      outputs,
      ...(name !== undefined && { name }),
      ...sometimes(r, 0.1, () => ({ trainable: false })),
    });
    return { model, structure, specs };
  }

  /** A Sequential for one tensor. Some have no Input and are built by their first call. */
  sequential({ shape, dtype, name }) {
    const { r } = this;
    const { Input, KerasTensor, layers, Sequential } = this.keras;
    const stack = r.chance(0.7) ? [Input({ shape, dtype })] : [];
    let now = Input({ shape, dtype });
    for (let i = r.int(1, 4); i > 0; --i) {
      const s = now.shape.slice(1);
      if (s.length === 0 || s.length > 4 || product(s) > MAX_SIZE) break;
      const { className, options } = layerFor(r, s, layers);
      if (options.returnState) continue;
      const layer = this.#create(className, options);
      // Infers the shape with a copy, so that the layer itself stays unbuilt.
      const out = layer.constructor.fromConfig(layer.getConfig()).apply(now);
      if (!(out instanceof KerasTensor)) continue;
      now = out;
      stack.push(layer);
    }
    if (stack.length === 0 || stack[0] instanceof KerasTensor === (stack.length === 1))
      stack.push(new layers.Dense({ units: 2 }));
    return new Sequential(stack, { ...(name !== undefined && { name }) });
  }
}

const isFloats = ({ dtype, shape }) =>
  /^(b?float|bfloat)/.test(dtype) && shape.every((size) => size > 0) && product(shape) <= MAX_SIZE;

// Numbers from 0 in flattening order are the leaves: a single one, a list, a dict, or lists in a dict.
function structureOf(r, names) {
  const places = names.map((_, i) => i);
  if (names.length === 1 && r.chance(0.7)) return 0;
  if (r.chance(0.5)) return places;
  if (names.length < 3 || r.chance(0.6))
    return Object.fromEntries(r.shuffled(places).map((i) => [names[i], i]));
  return { first: places.slice(0, 2), [names[2]]: 2, rest: places.slice(3) };
}

function mapLeaves(structure, map) {
  if (typeof structure === 'number') return map(structure);
  if (Array.isArray(structure)) return structure.map((item) => mapLeaves(item, map));
  return Object.fromEntries(
    Object.entries(structure).map(([key, item]) => [key, mapLeaves(item, map)]),
  );
}

/** The tensors in a tree of arrays and objects. */
export function leavesOf(structure) {
  if (Array.isArray(structure)) return structure.flatMap(leavesOf);
  if (structure !== null && Object.getPrototypeOf(structure) === Object.prototype)
    return Object.values(structure).flatMap(leavesOf);
  return structure === null ? [] : [structure];
}

function inputSpec(r) {
  const roll = r.number();
  if (roll < 0.15) return { shape: r.pick([[4], [], [2, 3]]), dtype: 'int32' };
  const dtype = r.chance(0.1) ? 'float16' : 'float32';
  const shape = r.pick([
    () => [r.int(1, 6)],
    () => [r.int(1, 6)],
    () => [r.int(2, 5), r.int(1, 4)],
    () => [r.int(2, 5), r.int(1, 4)],
    () => [r.int(3, 6), r.int(3, 6), r.int(1, 3)],
    () => [r.int(2, 3), r.int(2, 4), r.int(2, 3), r.int(1, 2)],
  ])();
  return { shape, dtype };
}

function dataFor(r, keras, { shape, dtype }) {
  const size = SAMPLES * product(shape);
  const values = Array.from({ length: size }, () =>
    dtype === 'int32' ? r.int(0, WORDS - 1) : 2 * r.number() - 1,
  );
  return keras.tensor(values, [SAMPLES, ...shape], dtype);
}

/**
 * The random model with this number, and data for it: `{ model, data }`.
 *
 * @param keras the package.
 */
export function randomModel(seed, keras) {
  const r = new Random(seed);
  const maker = new ModelMaker(r, keras, 2);
  let made;
  if (r.chance(0.2)) {
    const spec = { ...inputSpec(r), dtype: 'float32' };
    if (spec.shape.length === 0) spec.shape = [3];
    const model = maker.sequential({ ...spec, name: r.chance(0.5) ? 'stack' : undefined });
    made = { model, structure: 0, specs: [spec] };
  } else {
    const specs = Array.from({ length: r.pick([1, 1, 1, 2, 2, 3]) }, () => inputSpec(r));
    made = maker.functional(specs, {
      steps: r.int(1, 14),
      name: r.chance(0.5) ? 'graph' : undefined,
    });
  }
  const { model, structure, specs } = made;
  const data = mapLeaves(structure, (i) => dataFor(r, keras, specs[i]));
  if (r.chance(0.1))
    model.compileConfig = { optimizer: 'sgd', loss: 'mse', loss_weights: [1, 0.5] };
  return { model, data };
}
