// The engine of the page: keras-wasm in a worker. The page's own thread never opens, clones, runs or saves a model.
import { createWorkerEngine, type WorkerEngine } from 'keras-wasm/worker';
import roomUrl from 'engine-room?url';
import { EngineError, type Answer, type Failure } from './answer.js';
import type { Methods } from './room/room.js';

/** The user cancelled the work. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor() {
    super('Cancelled.');
  }
}

// Ms for which a cancelled call may go on. A worker that has not stopped by then is ended, and its models with it.
const patience = 300;

let running: Promise<WorkerEngine> | undefined;
let stop = new AbortController();
// The worker that holds the models, as it names itself.
let known: string | undefined;

/** Starts the worker; calling it again does nothing. */
export async function start(): Promise<WorkerEngine> {
  const variant = import.meta.env.VITE_VARIANT;
  const starting = (running ??= createWorkerEngine({ variant, patience }));
  starting.catch(() => {
    if (running === starting) running = undefined; // try again
  });
  return starting;
}

/** Cancels all calls, which reject with a CancelledError. */
export function cancel(): void {
  stop.abort(new CancelledError());
  stop = new AbortController();
}

/** Whether the models are gone after an error, because the worker that had them has ended. */
export async function hasLostModels(error: unknown): Promise<boolean> {
  if (error instanceof CancelledError) return (await call('worker')) !== known;
  return (error as Error | null)?.name === 'EngineStoppedError';
}

async function call<Name extends keyof Methods>(
  method: Name,
  ...args: Parameters<Methods[Name]>
): Promise<Awaited<ReturnType<Methods[Name]>>> {
  const { signal } = stop;
  const engine = await start();
  const answer = await engine.run<Answer>(roomUrl, signal, method, ...args);
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
export const openWeights = method('openWeights');
export const sliderOf = method('sliderOf');
export const edit = method('edit');
export const predict = method('predict');
export const sample = method('sample');
export const activations = method('activations');
export const measureTimes = method('measureTimes');
export const layerOf = method('layerOf');
export const save = method('save');
export const toJson = method('toJson');

/** Opens a model. The worker that opens it is the one whose end is noticed. */
export const open: Call<'open'> = async (...args) => {
  const view = await call('open', ...args);
  known = await call('worker');
  return view;
};

/** Forgets a model. */
export function close(id: number): void {
  call('close', id).catch(() => undefined); // it is gone already
}
