// The contenders: this package and its peers, each in the kinds of build that it offers.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Kinds of build. Only contenders of one kind are compared: `relaxed` and `plain` are one thread with and without relaxed
 * SIMD, `threads` is two threads with the instructions that the contender offers for them.
 */
export const kinds = [{ name: 'relaxed' }, { name: 'plain' }, { name: 'threads' }];

/** The number of threads of the kind `threads`. */
export const threads = 2;

/** The peers: name on the command line, npm package, kinds of build. */
export const peers = [
  {
    name: 'litert',
    title: 'LiteRT',
    packages: ['@litertjs/core'],
    kinds: ['relaxed', 'plain', 'threads'],
  },
  {
    name: 'onnxruntime',
    title: 'ORT-web',
    packages: ['onnxruntime-web'],
    kinds: ['plain', 'threads'],
  },
  {
    name: 'tfjs',
    title: 'TensorFlow.js',
    packages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-wasm'],
    kinds: ['plain', 'threads'],
  },
];

export const ours = 'keras-wasm';

const wasmFiles = { relaxed: /^keras-relaxed\.wasm$/, plain: /^keras\.wasm$/, threads: /thread/ };

/** The kinds of this package's build in a folder. */
export function kindsOfOurs(dist) {
  const files = existsSync(dist) ? readdirSync(dist).filter((name) => name.endsWith('.wasm')) : [];
  return Object.keys(wasmFiles).filter((kind) => files.some((name) => wasmFiles[kind].test(name)));
}

/**
 * Contenders of one place: { id, peer, kind, title, dist? }.
 *
 * @param place has `kinds`, which its engine can run, and optionally `lacks`, the ids of contenders that do not run there.
 * @param before folder of another build of this package, measured as a peer of its own.
 */
export function contendersOf(place, { dist, before, chosenPeers, chosenKinds }) {
  const builds = [{ name: ours, title: ours, dist, kinds: kindsOfOurs(dist) }];
  if (before)
    builds.push({ name: 'before', title: 'before', dist: before, kinds: kindsOfOurs(before) });
  const all = [...builds, ...chosenPeers].flatMap((peer) =>
    peer.kinds.map((kind) => ({
      id: `${peer.name} ${kind}`,
      peer: peer.name,
      title: peer.title,
      kind,
      ...(peer.dist ? { dist: join(peer.dist, 'index.js') } : {}),
    })),
  );
  return all.filter(
    ({ id, kind }) =>
      chosenKinds.includes(kind) && place.kinds.includes(kind) && !place.lacks?.includes(id),
  );
}
