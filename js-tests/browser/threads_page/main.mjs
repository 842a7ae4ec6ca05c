// A page that uses the package through a bundler, as an application does, and predicts with the options of a test.
import * as keras from 'keras-wasm';
import { jobsOfPool, predictions } from '../../support/threaded_models.mjs';

globalThis.predictions = async (options) => {
  const warnings = [];
  keras.setWarningHandler((message) => warnings.push(message));
  const jobs = jobsOfPool();
  const running = await keras.initialize(options);
  return { running, warnings, predictions: predictions(keras), jobs: jobs() };
};
