// Weight files, and the layers their weights belong to, as Keras's saving/saving_lib_test checks them.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { membersOf } from '../support/archives.mjs';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import { arraysOf } from '../support/hdf5.mjs';
import {
  Input,
  layers,
  loadModel,
  loadWeights,
  Model,
  modelFromJson,
  saveModel,
  saveWeights,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';
import { dense } from '../support/scenarios.mjs';
import {
  assertAsInKeras,
  savedFile,
  savedFiles,
  truthOf,
  withFolder,
} from '../support/saved_files.mjs';
import { NestedContainers, Plain, registered, TwoDense } from '../support/saving_classes.mjs';
import { warningsOf } from '../support/warnings.mjs';

const data = tensor([
  [1, 2, 3, 4],
  [-1, 0.5, 2, 0],
]);

function functional() {
  const inputs = Input({ shape: [4], batchSize: 2 });
  const outputs = dense(1, 'second_dense').apply(dense(1, 'first_dense').apply(inputs));
  return new Model({ inputs, outputs });
}

class OwnGraph extends Model {
  static className = 'OwnGraph';
  constructor(options = {}) {
    const inputs = Input({ shape: [4], batchSize: 2 });
    const first = dense(1, 'first_dense');
    super({
      inputs,
      outputs: dense(1, 'second_dense').apply(first.apply(inputs)),
      ...options,
    });
    this.alias = first;
  }
  get again() {
    return this.alias;
  }
}

async function rejects(promise, message, Class = ValueError) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof Class, `raised ${error?.name}: ${error?.message}`);
    assert.match(error.message, message);
    return true;
  });
}

const kernels = (model) => model.getWeights().map((value) => value.array());

test('weights are copied between models through a file', async () => {
  const model = functional();
  const bytes = await model.saveWeights();
  for (const load of [(other) => other.loadWeights(bytes), (other) => loadWeights(other, bytes)]) {
    const other = functional();
    assert.deepEqual(await load(other), []);
    assert.deepEqual(kernels(other), kernels(model));
  }
});

test('an unbuilt model has no weights to save or load', async () => {
  const unbuilt = new TwoDense();
  await rejects(saveWeights(unbuilt), /You are saving a model that has not yet been built/);
  const bytes = await saveWeights(functional());
  await rejects(
    unbuilt.loadWeights(bytes),
    /You are loading weights into a model that has not yet been built/,
  );
});

test('weights can be loaded from the file of a whole model', async () => {
  const model = functional();
  const other = functional();
  await other.loadWeights(await saveModel(model));
  assert.deepEqual(kernels(other), kernels(model));
});

test('a Functional and a class that builds the same graph have equal weight files', async () => {
  const plain = functional();
  const own = new OwnGraph();
  await own.loadWeights(await plain.saveWeights());
  assert.deepEqual(kernels(own), kernels(plain));
  const third = functional();
  await third.loadWeights(await own.saveWeights());
  assert.deepEqual(kernels(third), kernels(plain));
  assert.deepEqual(
    Object.keys(arraysOf(await own.saveWeights())),
    Object.keys(arraysOf(await plain.saveWeights())),
  );
});

const stack = (...units) =>
  new Sequential([Input({ shape: [3], batchSize: 2 }), ...units.map((n) => dense(n))]);

test('a layer of another width is refused, or unchanged when mismatches are skipped', async () => {
  const original = stack(4, 5);
  const file = await saveModel(original);
  const other = stack(4, 6);
  const before = kernels(other.layers[1]);
  await rejects(other.loadWeights(file), /must match/);
  let skipped;
  const heard = await warningsOf(
    async () => void (skipped = await other.loadWeights(file, { skipMismatch: true })),
  );
  assert.deepEqual(skipped, [other.layers[1].name]);
  assert.equal(heard.length, 1);
  assert.match(heard[0], /^A total of 1 objects could not be loaded/);
  assert.deepEqual(kernels(other.layers[0]), kernels(original.layers[0]));
  assert.deepEqual(kernels(other.layers[1]), before);
});

test('an additional layer is refused, or unchanged when mismatches are skipped', async () => {
  const original = stack(4, 5);
  const file = await saveModel(original);
  const other = stack(4, 5, 5);
  const before = kernels(other.layers[2]);
  await rejects(other.loadWeights(file), /received 0 variables/);
  await warningsOf(() => other.loadWeights(file, { skipMismatch: true }));
  for (const i of [0, 1]) assert.deepEqual(kernels(other.layers[i]), kernels(original.layers[i]));
  assert.deepEqual(kernels(other.layers[2]), before);
});

// Some 2,000 weights, 8 KB.
const wide = () =>
  new Sequential(
    [Input({ shape: [20] }), dense(30), dense(30), new layers.BatchNormalization(), dense(10)],
    { name: 'wide' },
  );
const kilobytes = (n) => n / 1024 ** 2;

test('a limit larger than all weights gives one weight file and its index', async () => {
  await withFolder(async (folder) => {
    const model = wide();
    await model.saveWeights(join(folder, 'mymodel.weights.json'), { maxShardSize: 1 });
    assert.deepEqual((await readdir(folder)).sort(), [
      'mymodel.weights.json',
      'mymodel_00000.weights.h5',
    ]);
    const other = wide();
    await other.loadWeights(join(folder, 'mymodel.weights.json'));
    assert.deepEqual(kernels(other), kernels(model));
  });
});

test('a smaller limit gives several files, and all are read', async () => {
  await withFolder(async (folder) => {
    const model = wide();
    const path = join(folder, 'mymodel.weights.json');
    const files = await model.saveWeights(path, { maxShardSize: kilobytes(4) });
    assert.deepEqual(Object.keys(files), [
      'mymodel_00000.weights.h5',
      'mymodel_00001.weights.h5',
      'mymodel_00002.weights.h5',
      'mymodel.weights.json',
    ]);
    assert.deepEqual((await readdir(folder)).sort(), Object.keys(files).sort());
    const index = JSON.parse(await readFile(path, 'utf8'));
    assert.equal(index.metadata.total_size, model.countParams() * 4);
    assert.ok(index.weight_map['/layers/dense/vars'].includes('mymodel_00000.weights.h5'));
    const other = wide();
    await other.loadWeights(path);
    assert.deepEqual(kernels(other), kernels(model));
  });
});

test('without a file system the parts are returned by name', async () => {
  const model = wide();
  const files = await model.saveWeights(undefined, { maxShardSize: kilobytes(4) });
  const other = wide();
  await other.loadWeights(
    Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, new Blob([bytes])])),
  );
  assert.deepEqual(kernels(other), kernels(model));
  const { 'model_00001.weights.h5': missing, ...rest } = files;
  assert.ok(missing);
  await rejects(other.loadWeights(rest), /model_00001\.weights\.h5 is not among those/);
});

test('parts written by Keras are read and written in the same way', async () => {
  const truth = truthOf('sharded');
  const model = modelFromJson(JSON.stringify(truth.to_json));
  await model.loadWeights(new URL('sharded/model.weights.json', savedFiles));
  assertAsInKeras(model, truth);
  const files = await model.saveWeights(undefined, { maxShardSize: truth.max_shard_size });
  assert.deepEqual(Object.keys(files).sort(), truth.files);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(files['model.weights.json'])), truth.config);
  for (const name of truth.files.filter((file) => file.endsWith('.h5')))
    assert.deepEqual(arraysOf(files[name]), arraysOf(savedFile(`sharded/${name}`)));
});

test('another file ending is replaced with a warning, and an impossible limit is refused', async () => {
  await withFolder(async (folder) => {
    const heard = await warningsOf(() =>
      wide().saveWeights(join(folder, 'x.weights.h5'), { maxShardSize: 1 }),
    );
    assert.match(heard[0], /^Saving sharded weights requires `\*\.json` as the extension/);
    assert.deepEqual((await readdir(folder)).sort(), ['x.weights.json', 'x_00000.weights.h5']);
    await rejects(
      wide().saveWeights(join(folder, 'y.txt'), { maxShardSize: 1 }),
      /must end in `\.weights\.json` when `max_shard_size` is specified/,
    );
    await rejects(
      wide().saveWeights(undefined, { maxShardSize: kilobytes(1) }),
      /^The size of 0 is 2\.34 KB which exceeds the maximum shard size 1\.00 KB\./,
    );
  });
});

test('weights are found under a later name of the same layer', async () => {
  class Weird extends Model {
    static className = 'Weird';
    constructor(options) {
      super(options);
      this.aDense = dense(3); // sorted first, but no file of Plain contains it
    }
    get dense() {
      return this.aDense;
    }
    call(x) {
      return this.dense.apply(x);
    }
  }
  const model = new Weird();
  model.apply(data);
  const truth = truthOf('plain.weights.h5');
  assert.deepEqual(await warningsOf(() => model.loadWeights(savedFile('plain.weights.h5'))), []);
  assertAsInKeras(model, truth);
  const plain = new Plain();
  plain.apply(data);
  await plain.loadWeights(savedFile('plain.weights.h5'));
  assertAsInKeras(plain, truth);
});

const containers = {
  'arrays in an array': (a, b, c, d) => [
    [a, b],
    [c, d],
  ],
  'an object with arrays': (a, b, c, d) => ({ first: [a, b], second: [c, d] }),
  'arrays three deep': (a, b, c, d) => [[[a, b], [c]], d],
  'a Map with arrays': (a, b, c, d) =>
    new Map([
      ['first', [a, b]],
      ['second', [c, d]],
    ]),
};

for (const [what, arrange] of Object.entries(containers)) {
  test(`all layers in ${what} are saved with their weights`, async () => {
    class Holder extends Model {
      static className = 'Holder';
      constructor(options) {
        super(options);
        const four = [1, 2, 3, 4].map(() => dense(3));
        this.blocks = arrange(...four);
        this.out = dense(2);
      }
      call(x) {
        return this.layers.reduce((value, layer) => layer.apply(value), x);
      }
    }
    const model = new Holder();
    model.apply(data);
    model.layers.forEach((layer, i) => {
      const [kernel, bias] = layer.weights;
      kernel.assign(new Float32Array(kernel.shape[0] * kernel.shape[1]).fill(i + 1));
      bias.assign(new Float32Array(bias.shape[0]).fill(i));
    });
    const opened = await loadModel(await saveModel(model), { customObjects: { Holder } });
    assert.deepEqual(kernels(opened), kernels(model));
  });
}

test('an array that contains itself is visited once', async () => {
  class Cyclic extends Model {
    static className = 'Cyclic';
    constructor(options) {
      super(options);
      this.blocks = [];
      this.blocks.push(this.blocks);
      this.out = dense(2);
    }
    call(x) {
      return this.out.apply(x);
    }
  }
  const model = new Cyclic();
  model.apply(data);
  const opened = await loadModel(await saveModel(model), { customObjects: { Cyclic } });
  assert.deepEqual(kernels(opened), kernels(model));
});

test("layers in lists have Keras's paths", async () => {
  const name = 'nested_containers.keras';
  const truth = truthOf(name);
  const opened = await loadModel(savedFile(name), { customObjects: registered });
  assert.ok(opened instanceof NestedContainers);
  assertAsInKeras(opened, truth);
  const paths = (file) => Object.keys(arraysOf(membersOf(file).members['model.weights.h5'])).sort();
  assert.deepEqual(paths(await saveModel(opened)), paths(savedFile(name)));
  assert.ok(paths(savedFile(name)).includes('blocks/container_1/dense/vars/0'));
});

test('a file of older Keras without nested lists opens with a warning for each of them', async () => {
  const name = 'older_containers.keras';
  let opened;
  const heard = await warningsOf(
    async () => void (opened = await loadModel(savedFile(name), { customObjects: registered })),
  );
  assert.deepEqual(
    heard.map((text) => text.split(':')[0]),
    ['blocks/container', 'blocks/container_1'].map(
      (path) => `Skipping nested container at '${path}'`,
    ),
  );
  assertAsInKeras(opened, truthOf(name));
});

test('a new file raises no warning', async () => {
  const model = new NestedContainers();
  model.apply(data);
  const bytes = await saveModel(model);
  assert.deepEqual(
    await warningsOf(() => loadModel(bytes, { customObjects: { NestedContainers } })),
    [],
  );
});

test('skipped layers keep their weights and are left out of a file', async () => {
  const model = stack(4, 5);
  const other = stack(4, 5);
  const before = kernels(other.layers[1]);
  await other.loadWeights(await model.saveWeights(), { objectsToSkip: [other.layers[1]] });
  assert.deepEqual(kernels(other.layers[0]), kernels(model.layers[0]));
  assert.deepEqual(kernels(other.layers[1]), before);
  const without = await model.saveWeights(undefined, { objectsToSkip: [model.layers[0]] });
  assert.deepEqual(
    Object.keys(arraysOf(without)).map((path) => path.split('/')[1]),
    ['dense_1', 'dense_1'],
  );
  assertRaises(() => new Sequential().pop(), Error);
  assertClose(other.predict([[1, 2, 3]]).array(), other.apply(tensor([[1, 2, 3]])).array());
});
