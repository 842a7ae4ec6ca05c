// Damaged, contradictory and malicious archives: files that Keras opens open with the same predictions, and files that it
// refuses are refused.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { unzipSync, zipSync } from 'fflate';
import { assertClose } from '../support/assertions.mjs';
import { crc32 } from '../../build/modules/saving/zip/crc32.js';
import { hostileFiles, predictionOf } from '../support/hostile.mjs';
import { KerasError, loadModel, memory, ValueError } from '../support/keras.mjs';
import { withFolder } from '../support/saved_files.mjs';

const files = hostileFiles('archives');
const bytesOf = (wanted) => files.find(([name]) => name === wanted)[1];

// Keras opens these, although their parts contradict one another.
const contradictions = {
  'checksum differs in header': /another size or method in its header/,
  'other sizes in header': /another size or method in its header/,
  'other method in header': /another size or method in its header/,
  'size ten too large': /declares 2460 bytes but has 2450/,
  'size of 4 GB': /declares 4.00 GB but only/,
  'stored size too large': /the archive is damaged/,
  'zip64 numbers missing': /declares 4.00 GB but only/,
  'asset within an asset': /Overlapped entries: 'assets\/x'/,
  'assets that lead out': /escapes the asset directory/,
};
const unsupported = {
  bzip2: /'config.json' is compressed with bzip2/,
  lzma: /'config.json' is compressed with LZMA/,
};
const stricter = { ...contradictions, ...unsupported };

async function assertRefused(source, pattern = /./) {
  await assert.rejects(loadModel(source), (error) => {
    assert.ok(error instanceof KerasError, `${error.name}: ${error.message}`);
    assert.match(error.message, pattern);
    return true;
  });
}

test('the hostile archives are found', () => assert.ok(files.length > 80));

for (const [name, bytes, verdict] of files) {
  if (verdict.opens && !(name in stricter)) {
    test(`${name}: opens as in Keras, from bytes, a path and a Blob`, async () => {
      assertClose(await predictionOf(bytes), verdict.opens);
      assertClose(await predictionOf(new Blob([bytes])), verdict.opens);
      await withFolder(async (folder) => {
        const path = join(folder, 'model.keras');
        await writeFile(path, bytes);
        assertClose(await predictionOf(path), verdict.opens);
      });
    });
  } else {
    test(`${name}: refused with an error of the package${verdict.opens ? '' : ', as in Keras'}`, async () => {
      await assertRefused(bytes, stricter[name]);
      await assertRefused(new Blob([bytes]), stricter[name]);
      await withFolder(async (folder) => {
        const path = join(folder, 'model.keras');
        await writeFile(path, bytes);
        await assertRefused(path, stricter[name]);
      });
    });
  }
}

const sentences = Object.entries({
  'edited config': ['BadZipFile', /^Bad CRC-32 for file 'config.json'.*model\.keras/],
  'flipped weight': ['BadZipFile', /^Bad CRC-32 for file 'model.weights.h5'/],
  'flipped byte between weights': ['BadZipFile', /^Bad CRC-32 for file 'model.weights.h5'/],
  'flipped asset': ['BadZipFile', /^Bad CRC-32 for file 'assets\/words.txt'/],
  'flipped deflated asset': ['BadZipFile', /^Bad CRC-32 for file 'assets\/words.txt'/],
  encrypted: ['RuntimeError', /^File 'config.json' is encrypted, password required/],
  'other name in header': ['BadZipFile', /^File name in directory 'config.json' and header/],
  'method 93': ['NotImplementedError', /^That compression method is not supported.*Zstandard/],
  'version of the future': ['NotImplementedError', /^zip file version 20\.0/],
  'config with half a character': [
    'UnicodeDecodeError',
    /^'utf-8' codec can't decode byte 0xc3 in position 698: invalid continuation byte/,
  ],
  'config cut within a character': ['UnicodeDecodeError', /position 2449: unexpected end of data/],
  'empty archive': ['KeyError', /There is no item named 'config.json' in the archive/],
  'asset of 300 MB in a kilobyte': ['ValueError', /declares 300.00 MB but only 1.01 KB are stored/],
});
for (const [name, [kind, pattern]] of sentences) {
  test(`${name}: refused with Python's exception and message`, async () => {
    await assert.rejects(loadModel(new File([bytesOf(name)], 'model.keras')), (error) => {
      assert.equal(error.kind, kind);
      assert.match(error.message, pattern);
      return true;
    });
  });
}

test('checksums equal those of zip archives, computed at once or in parts', () => {
  assert.equal(crc32(new TextEncoder().encode('123456789')), 0xcbf43926); // the check value of CRC-32
  const { buffer, byteOffset, length } = bytesOf('whole');
  for (const [start, end] of [
    [0, 0],
    [0, 1],
    [3, 18],
    [5, 21],
    [1, length],
  ]) {
    const bytes = new Uint8Array(buffer, byteOffset + start, end - start);
    const archive = zipSync({ x: bytes }, { level: 0 });
    const stored = new DataView(archive.buffer).getUint32(14, true);
    assert.equal(crc32(bytes), stored);
    assert.equal(crc32(bytes.subarray(7), crc32(bytes.subarray(0, 7))), stored);
  }
});

test('the checksum of the weights is verified when only weights are loaded', async () => {
  const model = await loadModel(bytesOf('whole'));
  await assert.rejects(model.loadWeights(bytesOf('flipped weight')), /Bad CRC-32/);
});

test('a compressed config that is larger than maxConfigBytes is refused before memory is allocated', async () => {
  const spaces = new Uint8Array(80 * 2 ** 20).fill(0x20);
  const bomb = zipSync({ 'config.json': [spaces, { level: 9 }] });
  const before = process.memoryUsage().rss;
  await assertRefused(bomb, /'config.json' has 80.00 MB, and `maxConfigBytes` allows 64.00 MB/);
  assert.ok(process.memoryUsage().rss - before < 60 * 2 ** 20);
  await assert.rejects(
    loadModel(bytesOf('whole'), { maxConfigBytes: 1000 }),
    (error) =>
      error instanceof ValueError && /maxConfigBytes. allows 1000.00 B/.test(error.message),
  );
  const model = await loadModel(bytesOf('whole'), { maxConfigBytes: 10_000 });
  assert.ok(model.layers.length > 1);
});

test('decompression stops when a member exceeds its declared size', async () => {
  const archive = zipSync({ 'config.json': [new Uint8Array(60 * 2 ** 20), { level: 9 }] });
  const view = new DataView(archive.buffer);
  const entry = archive.findLastIndex(
    (_, i) => view.getUint32(Math.min(i, archive.length - 4)) === 0x504b0102,
  );
  for (const at of [entry + 24, 22]) view.setUint32(at, 100_000, true);
  await assertRefused(archive, /larger than the 97.66 KB it declares/);
});

test('a large compressed member that nothing reads is not decompressed', async () => {
  const members = unzipSync(bytesOf('whole'));
  const asset = [new Uint8Array(80 * 2 ** 20), { level: 9 }];
  const archive = zipSync({ ...members, 'assets/large': asset });
  const view = new DataView(archive.buffer);
  const entry = archive.length - 22 - (46 + 'assets/large'.length);
  const header = view.getUint32(entry + 42, true);
  for (const at of [entry + 16, header + 14]) view.setUint32(at, 0, true); // decompressing it would reveal the wrong checksum
  assertClose(await predictionOf(archive), await predictionOf(bytesOf('whole')));
});

test('refusing an archive leaks no memory of the core', async () => {
  const before = memory();
  for (const [name, bytes] of files)
    if (name.includes('weight')) await assert.rejects(loadModel(bytes));
  const { handles, buffers } = memory();
  assert.deepEqual({ handles, buffers }, { handles: before.handles, buffers: before.buffers });
});
