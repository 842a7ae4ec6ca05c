// The page of one contender: methods for the conductor, or one job that its address names.
import { methods, startOnce } from '../actor.mjs';

function resourcesOf({ contender, workload, threads }) {
  const root = location.origin;
  return {
    threads,
    package: `${root}/pages/${contender?.peer}/index.js`,
    wasm: (variant) =>
      `${root}/${contender.peer}/keras${variant === 'simd' ? '' : `-${variant}`}.wasm`,
    packageFolder: (path) => `${root}/packages/${path}`,
    locate: (name) => `${root}/models/${workload.name}/${name}`,
    read: async (name) => {
      const response = await fetch(`/models/${workload.name}/${name}`);
      if (!response.ok) throw new Error(`${response.status}: ${response.url}`);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

const reported = async (work) => {
  try {
    return { result: await work() };
  } catch (error) {
    return { error: String(error?.stack ?? error) };
  }
};

globalThis.callActor = (method, parameters) =>
  reported(() => methods[method](parameters, resourcesOf(parameters)));

const job = new URLSearchParams(location.search).get('job');
if (job) {
  const parsed = JSON.parse(job);
  globalThis.started = reported(() => startOnce(parsed, resourcesOf(parsed)));
}
