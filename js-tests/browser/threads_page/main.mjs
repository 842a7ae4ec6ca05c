// A page that uses the package as an application does, through a bundler: predictions with the options that a test gives.
import * as keras from 'keras-wasm';
import { jobsOfPool, predictions } from '../../support/threaded_models.mjs';

globalThis.predictions = async (options) => {
  const warnings = [];
  keras.setWarningHandler((message) => warnings.push(message));
  const jobs = jobsOfPool();
  const running = await keras.initialize(options);
  return { running, warnings, predictions: predictions(keras), jobs: jobs() };
};
