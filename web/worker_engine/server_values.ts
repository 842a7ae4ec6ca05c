// Values in the worker: what its page sent, and results, whose memory is moved to the page.
import * as keras from '../index.js';
import { compileFunction } from './code.js';
import { decode, encode, type Encoded, type TensorSpec } from './protocol.js';
import { toWorkerTensors } from './rows.js';
import { WorkerTensor } from './worker_tensor.js';

// Models that the page knows, and how many of its objects stand for each.
const models = new Map<number, { readonly model: keras.Model; count: number }>();
const numbers = new Map<keras.Model, number>();
let last = 0;

/** Drops one of the page's references to a model, or all of them. */
export function release(model: keras.Model, { all = false } = {}): void {
  const id = numbers.get(model);
  const known = id === undefined ? undefined : models.get(id);
  if (known === undefined || (--known.count > 0 && !all)) return;
  models.delete(id!);
  numbers.delete(model);
}

/**
 * The arguments of a call. `call` sends what functions such as `onProgress` are called with; `signal`, the call's signal,
 * takes the place of the page's.
 */
export function decodeArguments(
  args: readonly Encoded[],
  call: (callback: number, args: unknown[]) => void,
  signal: AbortSignal,
): unknown[] {
  return args.map((value) =>
    decode(value, (encoded) => {
      switch (encoded[0]) {
        case 'function':
          return compileFunction(encoded[1]);
        case 'callback':
          return (...values: unknown[]) =>
            call(encoded[1], JSON.parse(JSON.stringify(values)) as unknown[]);
        case 'signal':
          return signal;
        case 'model':
          return models.get(encoded[1])?.model;
        default:
          return undefined;
      }
    }),
  );
}

/** Encodes a result. `transferred` receives buffers that are moved to the page. */
export function encodeResult(result: unknown, transferred: Set<ArrayBuffer>): Encoded {
  const special = (value: unknown): Encoded | undefined => {
    if (value instanceof keras.Model) return encodeModel(value);
    if (value instanceof keras.Tensor) return encodeResult(toWorkerTensors(value), transferred);
    if (value instanceof WorkerTensor)
      return ['tensor', own(value.data, transferred), value.shape, value.dtype];
    if (value instanceof Uint8Array) return ['plain', own(value, transferred)];
    return undefined;
  };
  return encode(result, special);
}

function encodeModel(model: keras.Model): Encoded {
  const id = numbers.get(model) ?? ++last;
  const known = models.get(id) ?? { model, count: 0 };
  ++known.count;
  models.set(id, known);
  numbers.set(model, id);
  const { name, className } = model;
  return ['model', id, { name, className, ...tensorsOf(model) }];
}

// A model that has not been built, or is subclassed, has neither.
function tensorsOf(model: keras.Model): { inputs: TensorSpec[]; outputs: TensorSpec[] } {
  const specs = (tensors: readonly keras.KerasTensor[]) =>
    tensors.map(({ name, shape, dtype }) => ({ name, shape, dtype }));
  try {
    return { inputs: specs(model.inputs), outputs: specs(model.outputs) };
  } catch {
    return { inputs: [], outputs: [] };
  }
}

// A buffer that holds more than the result is copied.
function own<T extends WorkerTensor['data']>(data: T, transferred: Set<ArrayBuffer>): T {
  if (!ArrayBuffer.isView(data)) return data;
  const { buffer } = data;
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === data.byteLength;
  const kept = isWhole && !transferred.has(buffer) ? data : data.slice();
  transferred.add(kept.buffer as ArrayBuffer);
  return kept as T;
}
