// Whole models in `.keras` files, as Keras's saving/saving_lib_test checks them.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { membersOf, packed } from '../support/archives.mjs';
import { assertClose } from '../support/assertions.mjs';
import { arraysOf } from '../support/hdf5.mjs';
import {
  activations,
  Input,
  layers,
  loadModel,
  Model,
  ops,
  registerKerasSerializable,
  saveModel,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';
import { dense } from '../support/scenarios.mjs';
import { assertAsInKeras, savedFile, truthOf, withFolder } from '../support/saved_files.mjs';
import { MyDense, OwnSaving, registered, TwoDense } from '../support/saving_classes.mjs';
import { warningsOf } from '../support/warnings.mjs';

const data = tensor([
  [1, 2, 3, 4],
  [-1, 0.5, 2, 0],
]);
const customObjects = { ...registered, MyDense, TwoDense };

function graph(make) {
  const inputs = Input({ shape: [4], batchSize: 2 });
  const outputs = make(1, 'second_dense').apply(make(1, 'first_dense').apply(inputs));
  return { inputs, outputs };
}
const own = (units, name) => new MyDense({ units, name });

class OwnGraph extends Model {
  static className = 'OwnGraph';
  constructor(options = {}) {
    super({ ...graph(dense), ...options });
    this.layerAttribute = this.layers[1];
  }
  get layerProperty() {
    return this.layerAttribute;
  }
  getConfig() {
    return {};
  }
}

const kinds = {
  'a class that extends Model': () => new TwoDense(),
  'a Sequential': () => new Sequential([dense(1), dense(1)]),
  'a Functional': () => new Model(graph(dense)),
  'a Sequential of custom layers': () => new Sequential([own(1), own(1)]),
  'a Functional of custom layers': () => new Model(graph(own)),
  'a class that builds its own graph': () => new OwnGraph(),
};

for (const [what, make] of Object.entries(kinds)) {
  test(`${what} has the same weights and outputs after opening its file`, async () => {
    const model = make();
    const expected = model.apply(data).array();
    const bytes = await saveModel(model);
    const opened = await loadModel(bytes, { customObjects: { ...customObjects, OwnGraph } });
    assert.equal(opened.constructor, model.constructor);
    assert.equal(opened.compileConfig, null);
    assert.deepEqual(
      opened.variables.map((variable) => variable.value().array()),
      model.variables.map((variable) => variable.value().array()),
    );
    assert.deepEqual(opened.apply(data).array(), expected);
    assertClose(opened.predict(data).array(), expected);
  });
}

for (const name of ['two_dense.keras', 'custom_functional.keras']) {
  test(`custom classes open with the weights that Keras saved in ${name}`, async () => {
    const truth = truthOf(name);
    const opened = await loadModel(savedFile(name), { customObjects });
    assertAsInKeras(opened, truth);
    assertAsInKeras(await loadModel(await saveModel(opened), { customObjects }), truth);
  });
}

const trained = new Uint8Array(
  await readFile(new URL('../fixtures/files/compiled.keras', import.meta.url)),
);

test("training configs in a file survive: the optimizer's config and state, loss and metrics", async () => {
  const truth = JSON.parse(
    await readFile(new URL('../fixtures/files/compiled.keras.json', import.meta.url), 'utf8'),
  );
  const model = await loadModel(trained);
  assert.equal(model.built, true);
  assert.deepEqual(model.compileConfig, truth.compile_config);
  const again = await saveModel(model);
  const opened = await loadModel(again);
  assert.deepEqual(opened.compileConfig, truth.compile_config);
  const state = (file) => arraysOf(membersOf(file).members['model.weights.h5'], 'optimizer/');
  assert.equal(Object.keys(state(trained)).length, 10);
  assert.deepEqual(state(again), state(trained));
});

test("the optimizer's state is dropped with the compile config", async () => {
  const model = await loadModel(trained);
  model.compileConfig = null;
  const { members } = membersOf(await saveModel(model));
  assert.deepEqual(arraysOf(members['model.weights.h5'], 'optimizer/'), {});
});

test('an unbuilt model is saved with a warning and opens unbuilt', async () => {
  const model = new TwoDense();
  let bytes;
  const heard = await warningsOf(async () => void (bytes = await saveModel(model)));
  assert.equal(heard.length, 1);
  assert.match(heard[0], /^You are saving a model that has not yet been built/);
  const opened = await loadModel(bytes, { customObjects });
  assert.equal(opened.built, false);
  assert.equal(opened.compileConfig, null);
});

test('config.json names registered classes and functions by their keys', async () => {
  registerKerasSerializable({ package: 'my_custom_package' })(CustomModelX);
  const model = new CustomModelX();
  model.apply(data);
  const loss = {
    module: 'builtins',
    class_name: 'function',
    config: 'my_custom_package>my_mean_squared_error',
    registered_name: 'function',
  };
  const { compileConfig } = await loadModel(trained);
  model.compileConfig = { ...compileConfig, loss };
  const { config } = membersOf(await saveModel(model));
  assert.equal(config.registered_name, 'my_custom_package>CustomModelX');
  assert.equal(config.class_name, 'CustomModelX');
  assert.deepEqual(
    [config.compile_config.optimizer.module, config.compile_config.optimizer.class_name],
    ['keras.optimizers', 'Adam'],
  );
  assert.equal(config.compile_config.optimizer.registered_name, null);
  assert.deepEqual(config.compile_config.loss, loss);
});

class CustomModelX extends Model {
  static className = 'CustomModelX';
  constructor(options) {
    super(options);
    this.dense = dense(1);
  }
  call(x) {
    return this.dense.apply(x);
  }
}

test('a layer stores its own numbers and files and reads them back', async () => {
  const layer = new OwnSaving({ name: 'own' });
  layer.numbers = new Float32Array([1.5, 2, -3]);
  layer.text = 'These are my assets';
  const model = new Sequential([Input({ shape: [4] }), layer, dense(1)]);
  const bytes = await saveModel(model);
  assert.ok(membersOf(bytes).names.includes('assets/layers/own_saving/words.txt'));
  const opened = await loadModel(bytes, { customObjects: { OwnSaving } });
  assert.deepEqual(opened.layers[0].numbers, layer.numbers);
  assert.equal(opened.layers[0].text, layer.text);
  assert.deepEqual(opened.predict(data).array(), model.predict(data).array());
});

test('numbers and files stored by a layer in Keras open here', async () => {
  const truth = truthOf('own_saving.keras');
  const opened = await loadModel(savedFile('own_saving.keras'), { customObjects });
  assert.deepEqual([...opened.layers[0].numbers], truth.numbers);
  assert.equal(opened.layers[0].text, truth.text);
});

test('saveOwnVariables may add to the weights, and loadOwnVariables may read only a part', async () => {
  class Counting extends MyDense {
    static className = 'Counting';
    count = 0;
    saveOwnVariables(store) {
      super.saveOwnVariables(store);
      store.count = [this.count];
    }
    loadOwnVariables({ count, ...weights }) {
      super.loadOwnVariables(weights);
      [this.count] = count.array();
    }
  }
  const model = new Sequential([Input({ shape: [4] }), new Counting({ units: 2 })]);
  model.layers[0].count = 7;
  model.setWeights(model.getWeights().map((value) => ops.add(value, 1)));
  const opened = await loadModel(await saveModel(model), { customObjects: { Counting } });
  assert.equal(opened.layers[0].count, 7);
  assert.deepEqual(opened.predict(data).array(), model.predict(data).array());
});

test('a custom compile() is not called, and the compile config is kept', async () => {
  let called = 0;
  class Compiles extends TwoDense {
    static className = 'Compiles';
    compile() {
      ++called;
    }
  }
  const model = new Compiles();
  model.apply(data);
  model.compileConfig = { optimizer: 'sgd', loss: 'mse' };
  const opened = await loadModel(await saveModel(model), { customObjects: { Compiles } });
  assert.equal(called, 0);
  assert.deepEqual(opened.compileConfig, { optimizer: 'sgd', loss: 'mse' });
});

test('metadata.json has the Keras version and the date', async () => {
  const { metadata, names } = membersOf(await saveModel(new Model(graph(dense))));
  assert.deepEqual(Object.keys(metadata), ['keras_version', 'date_saved']);
  assert.match(metadata.date_saved, /^\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d$/);
  assert.deepEqual(names, ['metadata.json', 'config.json', 'model.weights.h5']);
});

test('compile: false opens a compiled model without its compile config', async () => {
  assert.notEqual((await loadModel(trained)).compileConfig, null);
  assert.equal((await loadModel(trained, { compile: false })).compileConfig, null);
});

test('a model is saved to bytes and opened from bytes, a buffer, a Blob and a Response', async () => {
  const model = new Sequential([new layers.Dense({ units: 1, inputShape: [4] }), dense(1)]);
  const expected = model.predict(data).array();
  const bytes = await saveModel(model);
  const sources = [bytes, bytes.slice().buffer, new Blob([bytes]), new Response(bytes)];
  for (const source of sources)
    assert.deepEqual((await loadModel(source)).predict(data).array(), expected);
});

test('a layer used twice is saved once and opened as one layer', async () => {
  const inputs = Input({ shape: [4] });
  const reused = dense(4);
  const outputs = reused.apply(dense(4).apply(reused.apply(inputs)));
  const model = new Model({ inputs, outputs });
  assert.equal(model.layers.length, 3);
  const opened = await loadModel(await saveModel(model));
  assert.equal(opened.layers.length, 3);
  assert.deepEqual(opened.predict(data).array(), model.predict(data).array());
});

const lambda = { class_name: '__lambda__', config: { value: ['4wEAAAAAAAAA', null, null] } };

test('a file with a Python lambda is refused unless safeMode is false', async () => {
  const model = new Sequential([
    Input({ shape: [4] }),
    new layers.Lambda({ function: activations.relu, name: 'l' }),
  ]);
  const file = membersOf(await saveModel(model));
  file.config.config.layers[1].config.function = lambda;
  const unsafe = packed({
    ...file.members,
    'config.json': new TextEncoder().encode(JSON.stringify(file.config)),
  });
  await assert.rejects(loadModel(unsafe), (error) => {
    assert.ok(error instanceof ValueError);
    assert.match(error.message, /arbitrary code execution/);
    return true;
  });
  const opened = await loadModel(unsafe, { safeMode: false });
  assert.deepEqual(opened.layers[0].getConfig().function, lambda);
});

test('Normalization keeps learned and given statistics', async () => {
  const learned = await loadModel(
    new Uint8Array(
      await readFile(new URL('../fixtures/files/normalization.keras', import.meta.url)),
    ),
  );
  const rows = tensor([
    [1, 20, -3],
    [0, 0, 0],
  ]);
  const given = new Sequential([
    Input({ shape: [3] }),
    new layers.Normalization({ mean: [1, 2, 3], variance: [1, 4, 9] }),
  ]);
  for (const model of [learned, given]) {
    const opened = await loadModel(await saveModel(model));
    assert.deepEqual(opened.predict(rows).array(), model.predict(rows).array());
  }
  assert.deepEqual(given.predict(rows).array()[1], [-1, -1, -1]);
});

const inner = (units, name) => {
  const inputs = Input({ shape: [4] });
  return new Model({ inputs, outputs: dense(units).apply(inputs), name });
};

test('nested Functionals, separate and shared, are saved and opened', async () => {
  const [a, b] = [Input({ shape: [4] }), Input({ shape: [4] })];
  const separate = new Model({
    inputs: [a, b],
    outputs: [inner(2, 'func_a').apply(a), inner(3, 'func_b').apply(b)],
  });
  const both = inner(4, 'func_shared');
  const shared = new Model({
    inputs: [a, b],
    outputs: [dense(2).apply(both.apply(a)), dense(2).apply(both.apply(b))],
  });
  for (const model of [separate, shared]) {
    const opened = await loadModel(await saveModel(model));
    const outputs = (made) => made.predict([data, data]).map((out) => out.array());
    assert.deepEqual(outputs(opened), outputs(model));
  }
});

test('a Bidirectional LSTM is saved and opened', async () => {
  const model = new Sequential([
    Input({ shape: [3, 2] }),
    new layers.Bidirectional({ layer: new layers.LSTM({ units: 16 }) }),
  ]);
  const steps = tensor([[1, 2, 3, 4, 5, 6]], [1, 3, 2]);
  const opened = await loadModel(await saveModel(model));
  assert.deepEqual(opened.predict(steps).array(), model.predict(steps).array());
});

test('an error while saving leaves no new file and keeps the existing one', async () => {
  class Fails extends MyDense {
    static className = 'Fails';
    saveOwnVariables() {
      throw new ValueError('not today');
    }
  }
  const model = new Sequential([Input({ shape: [4] }), new Fails({ units: 1 })]);
  await withFolder(async (folder) => {
    const { readdir } = await import('node:fs/promises');
    const path = join(folder, 'model.keras');
    await assert.rejects(saveModel(model, path), /not today/);
    assert.deepEqual(await readdir(folder), []);
    await writeFile(path, 'before');
    await assert.rejects(saveModel(model, path), /not today/);
    assert.equal(await readFile(path, 'utf8'), 'before');
    assert.deepEqual(await readdir(folder), ['model.keras']);
  });
});

test('an error while opening is raised unchanged and leaves nothing behind', async () => {
  const own = new ValueError('not today');
  class Fails extends MyDense {
    static className = 'FailsToLoad';
    loadOwnVariables() {
      throw own;
    }
  }
  const model = new Sequential([Input({ shape: [4] }), new Fails({ units: 1 })]);
  await withFolder(async (folder) => {
    const { readdir } = await import('node:fs/promises');
    const path = join(folder, 'model.keras');
    await saveModel(model, path);
    await assert.rejects(loadModel(path, { customObjects: { FailsToLoad: Fails } }), (error) => {
      assert.equal(error, own);
      return true;
    });
    assert.deepEqual(await readdir(folder), ['model.keras']);
  });
});
