// The script of an engine's worker (keras-engine-worker.mjs of the package): runs the calls that its page sends, in order.
import * as keras from '../index.js';
import { hasNode, importNode } from '../runtime/platform/node.js';
import {
  decode,
  encode,
  encodeError,
  WorkerTensor,
  type Answer,
  type Call,
  type Encoded,
} from './protocol.js';

type Send = (answer: Answer, transferred?: ArrayBuffer[]) => void;
type Method = (...args: never[]) => unknown;

const models = new Map<number, keras.Model>();
let lastModel = 0;

function modelAnswer(model: keras.Model): Encoded {
  models.set(++lastModel, model);
  const { name, className } = model;
  return [
    'list',
    [
      ['model', lastModel],
      ['plain', name],
      ['plain', className],
    ],
  ];
}

// The default export of a module of hooks is a function of the package that returns options.
async function withHooks({ hooks, ...options }: { hooks?: string } = {}): Promise<object> {
  if (hooks === undefined) return options;
  const module = (await import(/* @vite-ignore */ /* webpackIgnore: true */ hooks)) as {
    default?: unknown;
  };
  if (typeof module.default !== 'function')
    throw new keras.KerasTypeError(
      `The default export of ${hooks} must be a function (keras) => options.`,
    );
  return { ...options, ...((await module.default(keras)) as object) };
}

const methods: Record<string, Method> = {
  initialize: (options: keras.InitializeOptions) => keras.initialize(options),
  loadModel: async (source: keras.ModelSource, options?: object) =>
    modelAnswer(await keras.loadModel(source, (await withHooks(options)) as keras.LoadOptions)),
  modelFromJson: async (json: string, options?: object) =>
    modelAnswer(keras.modelFromJson(json, await withHooks(options))),
  cloneModel: async (model: keras.Model, options?: object) =>
    modelAnswer(keras.cloneModel(model, await withHooks(options))),
  diffModels: (a: keras.Model, b: keras.Model, options?: keras.DiffOptions) => {
    const diff = keras.diffModels(a, b, options);
    return { ...(JSON.parse(JSON.stringify(diff)) as object), text: String(diff) };
  },
  predict: (model: keras.Model, data: keras.ModelData, options?: keras.PredictOptions) =>
    model.predict(data, options),
  save: async (model: keras.Model, path?: string, options?: keras.SaveOptions) =>
    await model.save(path, options),
  summary: (model: keras.Model, options?: keras.SummaryOptions) =>
    model.summary({ ...options, printFn: null }),
  toJson: (model: keras.Model) => model.toJson(),
  getWeights: (model: keras.Model) => model.getWeights(),
  setWeights: (model: keras.Model, values: keras.Tensor[]) => model.setWeights(values),
  dispose: (model: keras.Model) => {
    for (const [id, known] of models) if (known === model) models.delete(id);
    model.dispose();
  },
};

// A method's source, `cloneFunction(layer) { ... }`, is an expression only inside an object.
function compileFunction(source: string): unknown {
  const compile = (text: string): unknown => new Function('keras', `return ${text}`)(keras);
  try {
    return compile(`(${source}\n)`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return Object.values(compile(`({${source}\n})`) as object)[0];
  }
}

async function answerCall({ id, method, args }: Call, send: Send): Promise<void> {
  const made: keras.Tensor[] = [];
  const decodeArgument = (encoded: Encoded): unknown => {
    switch (encoded[0]) {
      case 'tensor': {
        const tensor = keras.tensor(encoded[1], encoded[2], encoded[3]);
        made.push(tensor);
        return tensor;
      }
      case 'function':
        return compileFunction(encoded[1]);
      case 'callback': {
        const callback = encoded[1];
        return (...values: unknown[]) =>
          send({ callback, args: JSON.parse(JSON.stringify(values)) as unknown[] });
      }
      case 'model':
        return models.get(encoded[1]);
      default:
        return undefined;
    }
  };
  try {
    const values = args.map((value) => decode(value, decodeArgument));
    const result: unknown = await methods[method]!(...(values as never[]));
    const transferred = new Set<ArrayBuffer>();
    const value = isModelAnswer(result)
      ? result
      : encode(result, (item) => moved(item, transferred));
    send({ id, value }, [...transferred]);
  } catch (error) {
    send({ id, error: encodeError(error) });
  } finally {
    for (const tensor of made) tensor.dispose();
  }
}

const isModelAnswer = (value: unknown): value is Encoded =>
  Array.isArray(value) && Array.isArray(value[1]) && value[1][0]?.[0] === 'model';

// A result, whose memory goes to the page; a buffer that holds more than the result is copied.
function moved(value: unknown, transferred: Set<ArrayBuffer>): Encoded | undefined {
  if (value instanceof keras.Tensor) {
    const { shape, dtype } = value;
    if (dtype === 'string') return ['plain', value.array()];
    const tensor = new WorkerTensor(own(value.data(), transferred), shape as number[], dtype);
    value.dispose();
    return encode(tensor, () => undefined);
  }
  if (value instanceof Uint8Array) return ['plain', own(value, transferred)];
  return undefined;
}

function own<T extends keras.TypedArray>(data: T, transferred: Set<ArrayBuffer>): T {
  const { buffer } = data;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === data.byteLength;
  const kept = isWhole && !transferred.has(buffer) ? data : (data.slice() as T);
  transferred.add(kept.buffer as ArrayBuffer);
  return kept;
}

// One call after the other: a hook's module that loads slowly does not let later calls overtake.
let turn: Promise<void> = Promise.resolve();
const receive = (call: Call, send: Send) => {
  turn = turn.then(() => answerCall(call, send));
};

// No `await` at the top level: bundlers make classic scripts of workers.
if (hasNode()) {
  void importNode('worker_threads').then(({ parentPort }) => {
    const send: Send = (answer, transferred) => parentPort!.postMessage(answer, transferred);
    parentPort?.on('message', (call: Call) => receive(call, send));
  });
} else {
  const send: Send = (answer, transferred = []) => postMessage(answer, { transfer: transferred });
  addEventListener('message', ({ data }: MessageEvent<Call>) => receive(data, send));
}
