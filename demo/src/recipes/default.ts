import { cloneModel, type Model } from 'keras-wasm';

// Every layer is made again from its config. The weights are fresh.
export const clone = (model: Model): Model => cloneModel(model);
