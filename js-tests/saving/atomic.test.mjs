// Saved files are complete at every moment, also while other calls, threads and processes write or read them.
import assert from 'node:assert/strict';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { runModule } from '../support/child.mjs';
import { Input, layers, loadModel, Model } from '../support/keras.mjs';
import { withFolder } from '../support/saved_files.mjs';

const dense = (units) => {
  const x = Input({ shape: [4] });
  return new Model({ inputs: x, outputs: new layers.Dense({ units }).apply(x) });
};
const unitsOf = (model) => model.outputs[0].shape[1];
const large = dense(20_000);
const small = dense(300);

/** Runs `body` in a folder, and asserts that it then contains exactly the files of these names. */
const leaving = (names, body) =>
  withFolder(async (folder) => {
    await body(folder);
    assert.deepEqual((await readdir(folder)).sort(), [...names].sort());
  });

test("of concurrent saves to one path, the last call's file remains, complete", async () => {
  await leaving(['model.keras'], async (folder) => {
    const path = join(folder, 'model.keras');
    for (const models of [
      [large, small],
      [small, large],
      [large, small, large, small],
    ]) {
      await Promise.all(models.map((model) => model.save(path)));
      assert.equal(unitsOf(await loadModel(path)), unitsOf(models.at(-1)));
    }
  });
});

test('a failing save does not block later saves to the same path', async () => {
  await leaving(['model.keras'], async (folder) => {
    const path = join(folder, 'model.keras');
    const broken = dense(3);
    broken.dispose();
    const saved = [large.save(path), broken.save(path), small.save(path)];
    const results = await Promise.allSettled(saved);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.equal(unitsOf(await loadModel(path)), 300);
  });
});

test('readers never see a partial file while it is saved repeatedly', async () => {
  await leaving(['model.keras'], async (folder) => {
    const path = join(folder, 'model.keras');
    await small.save(path);
    let saving = true;
    const saves = (async () => {
      for (let i = 0; i < 10; ++i) await (i % 2 ? small : large).save(path);
      saving = false;
    })();
    while (saving) assert.ok([300, 20_000].includes(unitsOf(await loadModel(path))));
    await saves;
  });
});

const saver = (path, units, times, options = {}) => `
  import { initialize, Input, layers, Model } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
  await initialize();
  const x = Input({ shape: [4] });
  const model = new Model({ inputs: x, outputs: new layers.Dense({ units: ${units} }).apply(x) });
  for (let i = 0; i < ${times}; ++i) await model.save(${JSON.stringify(path)}, ${JSON.stringify(options)});
`;

test('several worker threads save to one path', async () => {
  await leaving(['model.keras'], async (folder) => {
    const path = join(folder, 'model.keras');
    await small.save(path);
    let running = 3;
    const codes = [20_000, 300, 5000].map((units) => {
      const text = encodeURIComponent(saver(path, units, 10));
      const worker = new Worker(new URL(`data:text/javascript,${text}`));
      return new Promise((resolve, reject) => {
        worker.on('exit', (code) => {
          --running;
          resolve(code);
        });
        worker.on('error', reject);
      });
    });
    while (running > 0) {
      assert.ok([20_000, 300, 5000].includes(unitsOf(await loadModel(path))));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.deepEqual(await Promise.all(codes), [0, 0, 0]);
    assert.ok([20_000, 300, 5000].includes(unitsOf(await loadModel(path))));
  });
});

test('several processes save to one path', async () => {
  await leaving(['model.keras'], async (folder) => {
    const path = join(folder, 'model.keras');
    const runs = [20_000, 300].map((units) => runModule(saver(path, units, 10)));
    assert.deepEqual(await Promise.all(runs), [
      { status: 0, output: '' },
      { status: 0, output: '' },
    ]);
    assert.ok([20_000, 300].includes(unitsOf(await loadModel(path))));
  });
});

test("of concurrent sharded saves to one path, the last call's weights remain", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'model.weights.json');
    const models = [dense(400), dense(400)];
    const maxShardSize = 3000 / 2 ** 30 + 1e-5;
    await Promise.all(models.map((model) => model.saveWeights(path, { maxShardSize })));
    assert.ok((await readdir(folder)).length >= 2);
    assert.ok((await readdir(folder)).every((name) => !name.includes('tmp')));
    const again = dense(400);
    await again.loadWeights(path);
    const weights = (model) => model.getWeights().map((weight) => weight.array());
    assert.deepEqual(weights(again), weights(models[1]));
  });
});

test('a replaced file keeps its mode, and a new file has the default mode', async () => {
  await leaving(['model.keras', 'plain'], async (folder) => {
    const path = join(folder, 'model.keras');
    await writeFile(join(folder, 'plain'), '');
    await small.save(path);
    assert.equal((await stat(path)).mode, (await stat(join(folder, 'plain'))).mode);
    await chmod(path, 0o640);
    await small.save(path);
    assert.equal((await stat(path)).mode & 0o7777, 0o640);
  });
});

test('saving through a symbolic link writes its target, existing or not, and keeps the link', async () => {
  await leaving(['link.keras', 'models', 'new.keras'], async (folder) => {
    await mkdir(join(folder, 'models'));
    const target = join(folder, 'models', 'model.keras');
    await small.save(target);
    await symlink('models/model.keras', join(folder, 'link.keras'));
    await symlink(join(folder, 'models', 'new.keras'), join(folder, 'new.keras'));
    await large.save(join(folder, 'link.keras'));
    await large.save(join(folder, 'new.keras'));
    assert.equal(await readlink(join(folder, 'link.keras')), 'models/model.keras');
    assert.ok((await lstat(join(folder, 'new.keras'))).isSymbolicLink());
    assert.equal(unitsOf(await loadModel(target)), 20_000);
    assert.deepEqual((await readdir(join(folder, 'models'))).sort(), ['model.keras', 'new.keras']);
    await symlink('circle.keras', join(folder, 'models', 'circle.keras'));
    await assert.rejects(small.save(join(folder, 'models', 'circle.keras')), /go in circles/);
  });
});

test('a file URL with special characters is decoded to its path', async () => {
  await leaving(['a b%#ä.keras'], async (folder) => {
    const path = join(folder, 'a b%#ä.keras');
    await small.save(pathToFileURL(path));
    assert.equal(unitsOf(await loadModel(pathToFileURL(path))), 300);
  });
});

test('failing to write raises an error and leaves no files behind', async () => {
  await leaving(['folder.keras', 'kept.keras'], async (folder) => {
    await mkdir(join(folder, 'folder.keras'));
    await writeFile(join(folder, 'kept.keras'), 'hello');
    await assert.rejects(small.save(join(folder, 'folder.keras')), /it is a folder/);
    await assert.rejects(small.save(join(folder, 'no/model.keras')), /folder does not exist/);
    await assert.rejects(
      small.save(join(folder, 'kept.keras'), { overwrite: false }),
      /exists already/,
    );
    await assert.rejects(small.save(join(folder, `${'x'.repeat(300)}.keras`)));
    assert.equal(await readFile(join(folder, 'kept.keras'), 'utf8'), 'hello');
  });
});

test('of concurrent saves without `overwrite`, exactly one succeeds', async () => {
  await leaving(['model.keras'], async (folder) => {
    const path = join(folder, 'model.keras');
    const once = () => runModule(saver(path, 300, 1, { overwrite: false }));
    const runs = [once(), once(), once()];
    const statuses = (await Promise.all(runs)).map(({ status }) => status).sort();
    assert.deepEqual(statuses, [0, 1, 1]);
  });
});

test('saving to a device writes to it and does not replace it', async () => {
  await small.save('/dev/null', { format: 'keras' });
  assert.ok((await stat('/dev/null')).isCharacterDevice());
});
