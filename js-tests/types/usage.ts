// Compiled by types.test.mjs: what a strict TypeScript project may write, and what it may not.
import {
  cloneModel,
  diffModels,
  initialize,
  Input,
  Initializer,
  initializers,
  KerasError,
  kwargs,
  Layer,
  layers,
  loadModel,
  Model,
  ops,
  Sequential,
  tensor,
  type CloneOptions,
  type CloneReport,
  type Config,
  type Functional,
  type KerasTensor,
  type LayerDiff,
  type LayerOptions,
  type ModelDiff,
  type DType,
  type LambdaBodies,
  type RnnCell,
  type Tensor,
  type UnknownObject,
  type Variable,
} from '../../dist/index.js';

interface ScaleOptions extends LayerOptions {
  factor?: number;
}

class Scale extends Layer {
  static override readonly className = 'Scale';
  readonly factor: number;

  constructor({ factor = 2, ...options }: ScaleOptions = {}) {
    super(options);
    this.factor = factor;
  }

  override call(x: Tensor, { training = false }: { training?: boolean }): Tensor {
    return training ? x : ops.multiply(x, this.factor);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), factor: this.factor };
  }
}

interface CellOptions extends LayerOptions {
  units: number;
}

class Cell extends Layer implements RnnCell {
  static override readonly className = 'Cell';
  readonly stateSize: number;

  constructor({ units, ...options }: CellOptions) {
    super(options);
    this.stateSize = units;
  }

  override call(inputs: Tensor, [state]: Tensor[]): [Tensor, Tensor[]] {
    const output = ops.add(inputs, state!);
    return [output, [output]];
  }
}

class Twice extends layers.Wrapper {
  override call(x: Tensor): Tensor {
    return this.layer.apply(this.layer.apply(x)) as Tensor;
  }
}

class Halved extends initializers.HeNormal {
  override call(shape: readonly number[], dtype?: DType): Tensor {
    return ops.multiply(super.call(shape, dtype), 0.5);
  }
}

export async function open(path: string): Promise<readonly UnknownObject[]> {
  const lambdas: LambdaBodies = {
    lambda_3: (x: Tensor, { training }) => (training ? x : ops.negative(x)),
  };
  try {
    const model: Model = await loadModel(path, { customObjects: { Cell, Twice, Halved }, lambdas });
    const rnn = model.getLayer('rnn') as layers.RNN;
    Model.fromConfig(model.getConfig(), { Cell }, { lambdas });
    const initializer: Initializer = new Halved();
    if (rnn.cell instanceof Cell) console.log(initializer.getConfig());
    return [];
  } catch (error) {
    if (!(error instanceof KerasError)) throw error;
    for (const { registeredName, path: place, stub } of error.unknown)
      console.log(registeredName, place, stub);
    return error.unknown;
  }
}

export async function use(): Promise<number[]> {
  await initialize({ variant: 'simd' });
  const x: KerasTensor = Input({ shape: [null, 4], name: 'x' });
  const dense = new layers.Dense({ units: 3, activation: 'relu', kernelInitializer: 'he_normal' });
  const model: Model = new Model({
    inputs: x,
    outputs: new Scale({ factor: 3 }).apply(dense.apply(x)),
  });
  const options: CloneOptions = {
    cloneFunction: (layer: Layer) => layer.constructor.fromConfig(layer.getConfig()),
    callFunction: (layer: Layer, ...args) => layer.apply(...args),
  };
  const clone: Model = cloneModel(model, options);
  const reports: CloneReport[] = [];
  const beyond: Model = cloneModel(model, {
    cloneFunction: (layer: Layer) => (layer instanceof layers.Dropout ? layer : undefined),
    copyWeights: {
      mismatch: (weight, source) =>
        source ? ops.sum(source.value()) : new Float32Array(weight.shape[0] ?? 1),
    },
    onReport: (report) => reports.push(report),
    rename: (name, layer) => (layer instanceof Layer ? `a_${name}` : undefined),
    keepTrainable: true,
    customObjects: { Scale },
  });
  const reason: string | undefined = reports[0]?.skipped[0]?.reason;
  beyond.name = reason ?? 'beyond';
  const graph: Functional = cloneModel(new Sequential([]), { asFunctional: true });
  graph.summary();
  const diff: ModelDiff = diffModels(model, clone, { weights: false });
  const renamed: readonly LayerDiff[] = diff.renamed;
  const part: Functional = model.subModel({
    inputs: x,
    outputs: { low: 'a', high: [dense, 'b:0'] },
  });
  clone
    .mapWeights((weight, values) =>
      weight.layer.trainable ? values.map((w) => w * 0.9) : undefined,
    )
    .lerpWeights(part, renamed.length ? 0.5 : 1)
    .resetState();
  const stack = new Sequential([Input({ shape: [2] }), new layers.Dropout({ rate: 0.5 })], {
    name: 's',
  });
  const revived: Sequential = Sequential.fromConfig(stack.getConfig());
  revived.apply(tensor([[1, 2]]), kwargs({ training: true }));
  const scale: Scale = Scale.fromConfig({ factor: 2 });
  const total: Tensor = ops.sum(tensor([1, 2]), { axis: 0, keepdims: true });
  const rate: number = (model.getLayer('r') as layers.Dropout).rate;
  dense.activation = rate > 0.5 ? 'relu' : null;
  const kernel: Variable | null = dense.kernel;
  const initializerOfKernel: Initializer | null = dense.kernelInitializer;
  console.log(dense.units, kernel?.shape, initializerOfKernel?.getConfig());
  using kept = clone.predict(new Float32Array(4)) as Tensor;
  return [scale.factor, ...(total.array() as number[]), ...(kept.shape as number[])];
}

// @ts-expect-error: bodies of Lambda layers are functions
void loadModel('m.keras', { lambdas: { a: 3 } });
// @ts-expect-error: units are required
new layers.Dense({});
new layers.Conv2D(8, 3, { padding: 'same' });
new Model(Input([4]), new layers.Dense(8, 'relu').apply(Input([4])), { name: 'positional' });
// @ts-expect-error: a window has a size
new layers.Conv2D(8, { padding: 'same' });
// @ts-expect-error: the number of units is a number
new layers.Dense('8');
// @ts-expect-error: a misspelled option
new layers.Dense({ units: 1, activtion: 'relu' });
// @ts-expect-error: a misspelled rule
cloneModel(new Sequential([]), { copyWeights: { mismatch: 'ignore' } });
// @ts-expect-error: what a constructor computes with cannot be assigned
new layers.Dense({ units: 1 }).units = 2;
// @ts-expect-error: no such variant
void initialize({ variant: 'fast' });
// @ts-expect-error: a layer has no such property
new layers.Dense({ units: 1 }).nonsense();
// @ts-expect-error: names of functions are in camelCase
ops.expand_dims(tensor([1]), 0);
