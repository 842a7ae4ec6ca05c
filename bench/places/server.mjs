// Serves the bench's pages on this machine, with the headers that threads need.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

const types = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.svg': 'image/svg+xml',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

const page =
  '<!doctype html><meta charset="utf-8"><title>bench</title><link rel="icon" href="data:,">' +
  '<body><script type="module" src="/pages/page.js"></script>';

const gzipped = new Map();

/** Bytes of a file after gzip. */
export function gzipSize(path) {
  if (!gzipped.has(path)) gzipped.set(path, gzipSync(readFileSync(path), { level: 9 }).length);
  return gzipped.get(path);
}

/**
 * Serves folders: { first part of the path: folder }.
 *
 * @returns address; close(); and takeFiles(), the files asked for since it was last called, but for models:
 *   [{ path, bytes, gzip }]
 */
export async function serve(folders) {
  let asked = new Set();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname === '/') {
      response.writeHead(200, { ...isolated, 'content-type': 'text/html' }).end(page);
      return;
    }
    const [, first, ...rest] = decodeURIComponent(normalize(pathname)).split('/');
    const path = folders[first] && join(folders[first], ...rest);
    if (!path || !existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404, isolated).end();
      return;
    }
    if (first !== 'models') asked.add(path);
    response.writeHead(200, {
      ...isolated,
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      'content-length': statSync(path).size,
    });
    createReadStream(path).pipe(response);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    takeFiles() {
      const files = [...asked].map((path) => ({
        path: relative(folders, path),
        bytes: statSync(path).size,
        gzip: gzipSize(path),
      }));
      asked = new Set();
      return files;
    },
    close: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
}

// The path in the address again.
function relative(folders, path) {
  const [name, folder] = Object.entries(folders).find(([, each]) => path.startsWith(each));
  return `${name}${path.slice(folder.length)}`;
}
