// The service worker, with which the page opens without a network after the first visit.
import { start } from '../engine/engine.js';

/** Registers it once the engine runs: it keeps the variant of the engine that this browser loads. */
export async function keepForOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) return; // not in a secure context
  try {
    const engine = await start();
    const url = new URL('service-worker.js', document.baseURI);
    url.searchParams.set('engine', engine.running.variant);
    await navigator.serviceWorker.register(url);
  } catch {
    // The page works without it.
  }
}
