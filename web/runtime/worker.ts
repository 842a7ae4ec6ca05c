// The script of a worker (keras-worker.mjs of the package): it joins the core's threads until its page or process ends.

import { hasNode, importNode } from './platform/node.js';
import type { WorkerAnswer, WorkerStart } from './platform/workers.js';

// src/bindings/worker_bindings.cpp
interface Exports {
  keras_enter_worker(stack: number): void;
  keras_join_pool(thread: number): void;
  keras_report_dead_worker(): void;
}

// Kernels call nothing outside; what else is in the module may ask for functions that it never calls here.
function importsOf({ module, memory }: WorkerStart): WebAssembly.Imports {
  const imports: WebAssembly.Imports = {};
  for (const { module: place, name, kind } of WebAssembly.Module.imports(module)) {
    const missing = () => {
      throw new Error(`A worker called ${name}.`);
    };
    (imports[place] ??= {})[name] = kind === 'memory' ? memory : missing;
  }
  return imports;
}

async function work(start: WorkerStart, answer: (message: WorkerAnswer) => void): Promise<void> {
  let core: Exports;
  try {
    const instance = await WebAssembly.instantiate(start.module, importsOf(start));
    core = instance.exports as unknown as Exports;
    core.keras_enter_worker(start.stack);
    answer({});
  } catch (error) {
    answer({ error: String(error) });
    return;
  }
  try {
    core.keras_join_pool(start.thread); // does not return
  } catch (error) {
    core.keras_report_dead_worker(); // or everybody would wait for its part
    throw error;
  }
}

// No `await` at the top level: bundlers make classic scripts of workers.
if (hasNode()) {
  void importNode('worker_threads').then(({ parentPort }) => {
    parentPort?.once('message', (start: WorkerStart) => {
      void work(start, (message) => parentPort.postMessage(message));
    });
  });
} else {
  addEventListener(
    'message',
    ({ data }: MessageEvent<WorkerStart>) => void work(data, (message) => postMessage(message)),
    { once: true },
  );
}
