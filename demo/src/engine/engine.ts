// The engine of the page: keras-wasm in a worker. The page's own thread never opens, clones, runs or saves a model.
import { createWorkerEngine, type WorkerEngine } from 'keras-wasm/worker';
import roomUrl from 'engine-room?url';
import { EngineError, type Answer, type Failure } from './answer.js';
import type { Methods } from './room/room.js';

/** The user cancelled the work: the worker was ended, and its models are gone. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor() {
    super('Cancelled.');
  }
}

let running: Promise<WorkerEngine> | undefined;
const ended = new WeakSet<WorkerEngine>();

/** Starts the worker; calling it again does nothing. */
export async function start(): Promise<WorkerEngine> {
  const starting = (running ??= createWorkerEngine({ variant: import.meta.env.VITE_VARIANT }));
  starting.catch(() => {
    if (running === starting) running = undefined; // try again
  });
  return starting;
}

/** Ends the worker, whatever it does. Pending calls reject with a CancelledError. */
export function cancel(): void {
  const old = running;
  running = undefined;
  old?.then(
    (engine) => {
      ended.add(engine);
      engine.close();
    },
    () => undefined,
  );
}

/** Whether an error means that the worker and its models are gone. */
export function hasLostModels(error: unknown): boolean {
  return error instanceof CancelledError || (error as Error | null)?.name === 'EngineStoppedError';
}

async function call<Name extends keyof Methods>(
  method: Name,
  ...args: Parameters<Methods[Name]>
): Promise<Awaited<ReturnType<Methods[Name]>>> {
  const engine = await start();
  let answer: Answer;
  try {
    answer = await engine.run<Answer>(roomUrl, method, ...args);
  } catch (error) {
    if (ended.has(engine)) throw new CancelledError();
    if (hasLostModels(error)) cancel();
    throw error;
  }
  const failure = answer.get('failure') as Failure | undefined;
  if (failure) throw new EngineError(failure);
  return answer.get('value') as Awaited<ReturnType<Methods[Name]>>;
}

type Call<Name extends keyof Methods> = (
  ...args: Parameters<Methods[Name]>
) => Promise<Awaited<ReturnType<Methods[Name]>>>;

const method =
  <Name extends keyof Methods>(name: Name): Call<Name> =>
  (...args) =>
    call(name, ...args);

export const previewGraph = method('preview');
export const open = method('open');
export const openWeights = method('openWeights');
export const sliderOf = method('sliderOf');
export const edit = method('edit');
export const predict = method('predict');
export const sample = method('sample');
export const measureTimes = method('measureTimes');
export const layerOf = method('layerOf');
export const save = method('save');
export const toJson = method('toJson');

/** Forgets a model. */
export function close(id: number): void {
  call('close', id).catch(() => undefined); // it is gone already
}
