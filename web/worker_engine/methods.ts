// What a page can call in its worker. Each method takes the signal of its call, then what the page sent.
import * as keras from '../index.js';
import { importCode } from './code.js';
import { predictInSlices, toTensors } from './predict_in_slices.js';
import { release } from './server_values.js';

type Method = (signal: AbortSignal, ...args: never[]) => unknown;
type Code = ((keras: unknown, ...args: unknown[]) => unknown) | { readonly module: string };

/** Options as the page sent them, with the code that makes more of them. */
interface Hooked {
  readonly hooks?: Code;
  readonly hookData?: unknown;
}

async function withHooks({ hooks, hookData, ...options }: Hooked = {}): Promise<object> {
  if (hooks === undefined) return options;
  const made = await runCode(hooks, [hookData]);
  if (typeof made !== 'object' || made === null)
    throw new keras.KerasTypeError('`hooks` must return an object of options.');
  return { ...options, ...made };
}

async function runCode(code: Code, args: readonly unknown[]): Promise<unknown> {
  const run = typeof code === 'function' ? code : await importCode(code.module);
  return await run(keras, ...(toTensors(args, []) as unknown[]));
}

export const methods: Record<string, Method> = {
  initialize: async (_, options: keras.InitializeOptions) => await keras.initialize(options),
  memory: () => keras.memory(),
  run: async (_, code: Code, ...args: never[]) => await runCode(code, args),

  loadModel: async (signal, source: keras.FileSource, options: Hooked) =>
    await keras.loadModel(source, { ...(await withHooks(options)), signal }),
  modelFromJson: async (_, json: string, options: Hooked) =>
    keras.modelFromJson(json, await withHooks(options)),
  cloneModel: async (_, model: keras.Model, options: Hooked) =>
    keras.cloneModel(model, await withHooks(options)),
  diffModels: (_, a: keras.Model, b: keras.Model, options?: keras.DiffOptions) => {
    const diff = keras.diffModels(a, b, options);
    return { ...(JSON.parse(JSON.stringify(diff)) as object), text: String(diff) };
  },

  predict: async (signal, model: keras.Model, data: unknown, options?: keras.PredictOptions) =>
    await predictInSlices(model, data, options, signal),
  save: async (_, model: keras.Model, path?: string, options?: keras.SaveOptions) =>
    await model.save(path, options),
  saveWeights: async (_, model: keras.Model, path?: string, options?: keras.SaveWeightsOptions) =>
    await model.saveWeights(path, options),
  loadWeights: async (
    signal,
    model: keras.Model,
    source: keras.FileSource,
    options?: keras.LoadWeightsOptions,
  ) => await model.loadWeights(source, { ...options, signal }),
  summary: (_, model: keras.Model, options?: keras.SummaryOptions) =>
    model.summary({ ...options, printFn: null }),
  toJson: (_, model: keras.Model) => model.toJson(),
  getWeights: (_, model: keras.Model) => model.getWeights(),
  setWeights: (_, model: keras.Model, values: unknown) => {
    const made: keras.Tensor[] = [];
    try {
      model.setWeights(toTensors(values, made) as keras.Tensor[]);
    } finally {
      for (const tensor of made) tensor.dispose();
    }
  },
  release: (_, model: keras.Model) => release(model),
  dispose: (_, model: keras.Model) => {
    release(model, { all: true });
    model.dispose();
  },
};
