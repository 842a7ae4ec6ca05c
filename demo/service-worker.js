// Keeps the page's files, so that it opens again without a network. tools/demo.mjs puts two constants before this text:
// `files`, paths relative to the page, and `version`, a hash of their contents.
/* global files, version */

const prefix = `keras-wasm ${self.registration.scope} `;
const name = prefix + version;

// The page runs one variant of the engine, and says which one.
const { searchParams } = new URL(self.location.href);
const engine =
  searchParams.get('engine') === 'relaxed' ? /^keras-relaxed/ : /^keras(-rest)?-[^-.]*\./;

function isNeeded(path) {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return !file.endsWith('.wasm') || engine.test(file);
}

self.addEventListener('install', (event) => {
  const kept = files.filter(isNeeded);
  event.waitUntil(caches.open(name).then((cache) => cache.addAll(kept)));
});

// An older version goes when no page uses it any more.
self.addEventListener('activate', (event) => {
  const remove = async () => {
    for (const each of await caches.keys())
      if (each.startsWith(prefix) && each !== name) await caches.delete(each);
  };
  event.waitUntil(remove());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(self.registration.scope)) return;
  const answer = async () => {
    const cache = await caches.open(name);
    return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
  };
  event.respondWith(answer());
});
