// Compiled by types.test.mjs without the types of Node or the DOM: what a project of `lib: ["es2022"]` writes.
import {
  initialize,
  Input,
  layers,
  loadModel,
  saveModel,
  Sequential,
  tensor,
  type Tensor,
} from '../../dist/index.js';
import { createWorkerEngine } from '../../dist/worker_engine/index.js';

export async function use(bytes: Uint8Array): Promise<number[]> {
  await initialize({ variant: 'simd', wasmBinary: bytes, wasmUrl: '/keras.wasm' });
  const model = new Sequential([Input({ shape: [2] }), new layers.Dense({ units: 1 })]);
  const again = await loadModel(await saveModel(model));
  const shards: Record<string, Uint8Array> = await saveModel(model, 'm.json', { format: 'tfjs' });
  const onnx: Uint8Array = await model.save('m.onnx');
  const both: Record<string, Uint8Array> = await model.save('m.onnx', { externalData: true });
  using prediction = again.predict(tensor([[1, 2]])) as Tensor;
  return [
    ...(prediction.shape as number[]),
    onnx.length,
    Object.keys({ ...shards, ...both }).length,
  ];
}

export async function useWorker(bytes: Uint8Array): Promise<number[]> {
  const engine = await createWorkerEngine({ threads: 2 });
  const model = await engine.loadModel(bytes);
  const clone = await engine.cloneModel(model, {
    hookData: { units: 2 },
    hooks: ({ layers }, { units }: { units: number }) => ({
      cloneFunction: (layer) =>
        layer instanceof layers.Dense ? new layers.Dense({ units }) : undefined,
    }),
  });
  const { shape } = await clone.predict([[1, 2]], { batchSize: 1 });
  return [...shape];
}

// @ts-expect-error: a number is not a file
void loadModel(3);
