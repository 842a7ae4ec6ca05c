import * as keras from 'keras-wasm/inline';
import { use } from './use.mjs';

addEventListener('install', () => globalThis.skipWaiting());
addEventListener('message', (event) => {
  const answer = (value) => event.ports[0].postMessage(value);
  const asking = use(keras).then(answer, (error) => answer(String(error.stack)));
  event.waitUntil(asking);
});
