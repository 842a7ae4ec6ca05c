// Serves the bench's pages on this machine, with the headers that threads need.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = {
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

/** @param folders { first part of the path: folder } */
export async function serve(folders) {
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
    close: () => new Promise((closed) => server.close(closed).closeAllConnections()),
  };
}
