// Files that are read in parts, and streams that are read into one buffer.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import test from 'node:test';
import { heldIfSmall } from '../../build/modules/runtime/platform/byte_source.js';
import { openFile } from '../../build/modules/runtime/platform/files.js';
import { readIntoBuffer } from '../../build/modules/saving/byte_stream.js';
import { withFolder } from '../support/saved_files.mjs';

const BLOCK = 2 ** 20;
const numbered = (size) => Uint8Array.from({ length: size }, (_, i) => (i * 7) % 251);

async function withOpenFile(bytes, use) {
  await withFolder(async (folder) => {
    const path = join(folder, 'numbers.bin');
    writeFileSync(path, bytes);
    const file = await openFile(path);
    try {
      await use(file);
    } finally {
      await file.close();
    }
  });
}

async function joined(blocks) {
  const parts = [];
  for await (const block of blocks) parts.push(block.slice());
  return new Uint8Array(Buffer.concat(parts));
}

test('blocks that are read one after the other have the bytes of the file', async () => {
  const bytes = numbered(2.5 * BLOCK);
  await withOpenFile(bytes, async (file) => {
    assert.deepEqual(await joined(file.blocks(0, bytes.length)), bytes);
    assert.deepEqual(await joined(file.blocks(BLOCK, BLOCK + 10)), bytes.slice(BLOCK, BLOCK + 10));
  });
});

test('blocks that are read at the same time do not disturb each other', async () => {
  const bytes = numbered(3 * BLOCK);
  await withOpenFile(bytes, async (file) => {
    const first = file.blocks(0, bytes.length);
    const second = file.blocks(BLOCK + 5, bytes.length);
    const one = (await first.next()).value;
    const two = (await second.next()).value;
    assert.deepEqual(one.slice(), bytes.slice(0, BLOCK));
    assert.deepEqual(two.slice(), bytes.slice(BLOCK + 5, 2 * BLOCK + 5));
    await first.return();
    const third = await joined(file.blocks(7, 2 * BLOCK));
    assert.deepEqual(third, bytes.slice(7, 2 * BLOCK));
    assert.deepEqual(two.slice(), bytes.slice(BLOCK + 5, 2 * BLOCK + 5));
  });
});

test('a small file is held in memory, and closing it closes the file', async () => {
  const bytes = numbered(1000);
  let closed = 0;
  const held = await heldIfSmall({
    size: bytes.length,
    read: (start, end) => Promise.resolve(bytes.slice(start, end)),
    close: () => Promise.resolve(void ++closed),
  });
  assert.deepEqual(held.bytes, bytes);
  await held.close();
  assert.equal(closed, 1);
});

test('a file that cannot be read is closed', async () => {
  let closed = 0;
  const broken = {
    size: 10,
    read: () => Promise.reject(new Error('no such sector')),
    close: () => Promise.resolve(void ++closed),
  };
  await assert.rejects(heldIfSmall(broken), /no such sector/);
  assert.equal(closed, 1);
});

const bufferReader = (stream) => stream.getReader({ mode: 'byob' });

function byteStream(parts, seen = {}) {
  const left = [...parts];
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      const part = left.shift();
      if (part) return controller.enqueue(part.slice());
      controller.close();
      controller.byobRequest?.respond(0);
    },
    cancel: (reason) => void (seen.cancelled = reason ?? true),
  });
}

for (const [what, stated] of [
  ['the right length', 200_000],
  ['too small a length', 10],
  ['too large a length', 10 ** 6],
  ['no length', undefined],
]) {
  test(`a stream is read whole with ${what}`, async () => {
    const bytes = numbered(200_000);
    const parts = [bytes.slice(0, 70_000), bytes.slice(70_000, 70_001), bytes.slice(70_001)];
    const counts = [];
    const reader = bufferReader(byteStream(parts));
    const read = await readIntoBuffer(reader, stated, (loaded) => counts.push(loaded));
    assert.deepEqual(read, bytes);
    assert.equal(counts.at(-1), bytes.length);
    assert.deepEqual(
      [...counts].sort((a, b) => a - b),
      counts,
    );
  });
}

test('an empty stream has no bytes', async () => {
  const read = await readIntoBuffer(bufferReader(byteStream([])), undefined, () => undefined);
  assert.equal(read.length, 0);
});

test('an error of the progress cancels the stream', async () => {
  const seen = {};
  const reader = bufferReader(byteStream([numbered(10), numbered(10)], seen));
  const stop = () => {
    throw new Error('enough');
  };
  await assert.rejects(readIntoBuffer(reader, 20, stop), /enough/);
  assert.ok(seen.cancelled);
});

for (const size of [3000, 30_000, 300_000]) {
  test(`a signal ends the download of ${size} bytes during a report and while waiting`, async () => {
    const server = createServer((request, response) => {
      response.writeHead(200, { 'content-length': 2 * size });
      response.write(Buffer.alloc(size));
      if (request.url === '/whole') response.end(Buffer.alloc(size));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${server.address().port}`;
    const reason = new Error('enough');
    const isReason = (error) => error === reason;
    try {
      for (const path of ['/whole', '/half']) {
        const stopped = new AbortController();
        const { signal } = stopped;
        const { body } = await fetch(address + path, { signal });
        const onPart = () => stopped.abort(reason);
        await assert.rejects(
          readIntoBuffer(bufferReader(body), 2 * size, onPart, signal),
          isReason,
        );
      }
      const stopped = new AbortController();
      const { signal } = stopped;
      const { body } = await fetch(`${address}/half`, { signal });
      const onPart = (loaded) => loaded === size && setImmediate(() => stopped.abort(reason));
      await assert.rejects(readIntoBuffer(bufferReader(body), 2 * size, onPart, signal), isReason);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}
