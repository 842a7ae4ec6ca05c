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

// @ts-expect-error: a number is not a file
void loadModel(3);
