// Compiled by types.test.mjs: the types that calls infer, and mistakes that the compiler finds.
import {
  cloneModel,
  customObjectScope,
  deserializeKerasObject,
  Input,
  kwargs,
  Layer,
  layers,
  Model,
  ops,
  registerKerasSerializable,
  Sequential,
  tensor,
  type CallArgument,
  type CallFunction,
  type CloneFunction,
  type CustomObjects,
  type HookLayer,
  type KerasTensor,
  type Operation,
  type Shape,
  type ShapeTree,
  type Tensor,
  type TensorTree,
} from '../../dist/index.js';

/** Compiles only when the two types are identical. */
function same<A, B>(
  ..._equal: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]
): void {}

export function calls(x: KerasTensor, t: Tensor, model: Model, lstm: layers.LSTM): void {
  const dense = new layers.Dense({ units: 3 });

  // One tensor in, one tensor out.
  const y = dense.apply(x);
  same<typeof y, KerasTensor>();
  const eager = dense.apply(t, kwargs({ training: true }));
  same<typeof eager, Tensor>();
  const attended = new layers.MultiHeadAttention({ numHeads: 2, keyDim: 4 }).apply(x, x);
  same<typeof attended, KerasTensor>();
  dense.apply(dense.apply(x)).name.toUpperCase();
  ops.add(dense.apply(x), 1);

  // Layers that merge their inputs return one tensor; others return a tree of tensors.
  const sum = new layers.Add().apply([x, y]);
  same<typeof sum, KerasTensor>();
  const eagerSum = new layers.Concatenate({ axis: 1 }).apply([t, t]);
  same<typeof eagerSum, Tensor>();
  const tree = model.apply([x, y]);
  same<typeof tree, TensorTree<KerasTensor>>();
  const named = model.apply({ image: t, label: t });
  same<typeof named, TensorTree>();
  new Model({ inputs: [x], outputs: { tree, y } });
  new Model({ inputs: model.input, outputs: dense.apply(model.output) });
  new Model({ inputs: { x }, outputs: ops.relu(dense.apply(x)) });
  const outputs: TensorTree<KerasTensor> = model.output;
  const [left, right] = model.output;
  console.log(outputs, dense.output.shape, left, right, model.outputShape[1]);

  // Other results are stated, or follow from an annotation.
  const [output, state] = lstm.apply<[KerasTensor, KerasTensor]>(x);
  same<typeof output, KerasTensor>();
  state.name.toUpperCase();
  const both: Tensor[] = model.apply(t);
  const cast = model.apply(t) as { score: Tensor };
  console.log(both.length, cast.score.shape);
  // @ts-expect-error: a tensor is not an array
  const [first] = model.apply(t);
  // @ts-expect-error: only tensors are returned
  const wrong: string = model.apply(t);
  // @ts-expect-error: a call has an argument
  model.apply();
  // @ts-expect-error: None is null
  model.apply(undefined);
  // @ts-expect-error: a date is not a value
  model.apply(t, new Date());
  console.log(first, wrong);
}

export function predictions(model: Model, t: Tensor): void {
  const one = model.predict(t);
  same<typeof one, Tensor>();
  const fromData = model.predict([[1, 2]], { batchSize: 1 });
  same<typeof fromData, Tensor>();
  const fromArray = model.predict(new Float32Array(4), 32);
  same<typeof fromArray, Tensor>();
  const several = model.predict([t, new Float32Array(4)]);
  same<typeof several, TensorTree>();
  const scores = model.predict<{ score: Tensor }>({ image: t });
  same<typeof scores.score, Tensor>();
  one.data();
  // @ts-expect-error: several inputs may have several outputs
  several.data();
  // @ts-expect-error: a date is not data
  model.predict(new Date());
}

export function hooks(model: Model): void {
  cloneModel(model, {
    cloneFunction: (layer) => {
      same<typeof layer, HookLayer>();
      if (layer instanceof layers.Dense) {
        const units: number = layer.units;
        return new layers.Dense({ units: units * 2, activation: 'relu' });
      }
      return layer instanceof layers.Dropout ? (x: Tensor) => x : undefined;
    },
    callFunction: (layer, ...args) => {
      const y = layer.apply(...args);
      return layer instanceof layers.Conv2D ? ops.relu(y) : y;
    },
  });
  cloneModel(model, {
    callFunction: (layer, x, ...rest) =>
      layer instanceof layers.Dropout ? x : ops.add(layer.apply(x, ...rest), x),
  });
  const cloneFunction: CloneFunction = (layer: Layer) =>
    layer.constructor.fromConfig({ ...layer.getConfig(), name: 'a' });
  const callFunction: CallFunction = (layer: Operation, x: KerasTensor, ...args: CallArgument[]) =>
    ops.relu(layer.apply(x, ...args));
  cloneModel(model, { cloneFunction, callFunction, cache: new Map() });
  cloneModel(model, null, (layer) => layer);
  cloneModel(model, {
    // @ts-expect-error: a layer has no such property
    cloneFunction: (layer) => layer.unitz,
  });
  // @ts-expect-error: a number does not replace a layer
  cloneModel(model, { cloneFunction: () => 3 });
  // @ts-expect-error: an async hook returns a promise
  cloneModel(model, { callFunction: async (layer, x: KerasTensor) => layer.apply(x) });
}

// The methods of user-defined layers state their own types.
export class Pair extends Layer {
  override build(shape: Shape): void {
    super.build(shape);
  }

  override call(x: Tensor, other?: Tensor, keywords?: { training?: boolean }): [Tensor, Tensor] {
    return keywords?.training && other ? [x, other] : [x, x];
  }

  override computeOutputShape(shape: Shape): Shape[] {
    return [shape, shape];
  }

  override computeMask(_: Tensor, mask: Tensor | null): (Tensor | null)[] {
    return [mask, mask];
  }
}

export class Named extends layers.Dense {
  override call(inputs: Tensor[]): { y: Tensor } {
    const y = super.call(inputs[0]) as Tensor;
    return { y };
  }
}

export class Wrong extends Layer {
  // @ts-expect-error: call() returns tensors
  override call(_: Tensor): Date {
    return new Date();
  }
}

export function options(x: KerasTensor): void {
  new layers.Dense({
    units: 1,
    kernelInitializer: { class_name: 'HeNormal', config: { seed: 1 } },
  });
  new layers.Dense({
    units: 1,
    activation: (y) => ops.tanh(y),
    kernelInitializer: (shape, { dtype }) => ops.ones(shape, dtype),
    kernelRegularizer: (w) => ops.sum(w),
    kernelConstraint: ops.abs,
  });
  new layers.Lambda({ function: (y) => ops.square(y), outputShape: [2] });
  new layers.Lambda({ function: ([y, z]) => ops.add(y!, z!) });
  new layers.Lambda({
    function: (ys: Tensor[], { axis }) => ops.stack(ys, { axis: Number(axis) }),
  });
  new layers.TimeDistributed({ layer: new layers.Dense({ units: 1 }) });
  new layers.RNN({ cell: [new layers.LSTMCell({ units: 1 }), new layers.LSTMCell({ units: 2 })] });
  new layers.Bidirectional({ layer: new layers.GRU({ units: 1 }), mergeMode: 'sum' });
  new layers.MultiHeadAttention({ numHeads: 1, keyDim: 2, slidingWindow: 4, useGate: true });
  // @ts-expect-error: a tensor is not a layer
  new layers.TimeDistributed({ layer: x });
  // @ts-expect-error: a number is not an activation
  new layers.Dense({ units: 1, activation: 3 });
  // @ts-expect-error: a number is not a policy
  new layers.Dense({ units: 1, dtype: 16 });
}

export function revival(record: unknown): void {
  const layer: Layer = deserializeKerasObject(record);
  const dense = deserializeKerasObject<layers.Dense>(record);
  const anything = deserializeKerasObject(record);
  same<typeof anything, unknown>();
  const shape: ShapeTree = layer.computeOutputShape([null, dense.units]);
  const objects: CustomObjects = { Pair, identity: (x: Tensor) => x };
  customObjectScope(objects, () => Sequential.fromConfig({}));
  registerKerasSerializable({ package: 'p' })(Pair);
  // @ts-expect-error: custom objects are classes and functions
  customObjectScope({ Pair: 'Pair' }, () => shape);
  // @ts-expect-error: only classes and functions are registered
  registerKerasSerializable()('Pair');
}

/** A class may have another type under the name of a layer's shape. */
export class Sized extends Layer {
  override outputShape = 4;
}

export function shapes(layer: Layer, model: Sequential): ShapeTree {
  const size: number = new Sized().outputShape;
  const outputs: Shape = model.outputShape;
  // @ts-expect-error: the shape of a layer's input is not assigned
  layer.inputShape = outputs;
  return [layer.inputShape, [size]];
}

export const input: KerasTensor = Input({ shape: [2] });
export const data: Tensor = tensor([1, 2]);
