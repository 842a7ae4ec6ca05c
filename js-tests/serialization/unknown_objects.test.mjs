// A config with undefined classes raises one error that lists all of them with paths and stubs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { unzipSync } from 'fflate';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import * as keras from '../support/keras.mjs';
import { makeLab } from '../../tools/lib/lab.mjs';

const {
  cloneModel,
  deserializeKerasObject,
  Input,
  KerasError,
  KerasTypeError,
  layers,
  loadModel,
  Model,
  modelFromJson,
  ops,
  Sequential,
  serializeKerasObject,
  tensor,
  ValueError,
} = keras;

const folder = new URL('../fixtures/custom/', import.meta.url);
const bytes = new Uint8Array(readFileSync(new URL('classes.keras', folder)));
const truth = JSON.parse(readFileSync(new URL('classes.keras.json', folder), 'utf8'));
const config = JSON.parse(new TextDecoder().decode(unzipSync(bytes)['config.json']));

const raisedBy = async (promise) =>
  await promise.then(
    () => assert.fail('nothing was raised'),
    (error) => error,
  );

// The names under which Python registered them; Shift was not registered.
const named = (lab) => ({
  ...Object.fromEntries(Object.entries(lab).map(([name, target]) => [`lab>${name}`, target])),
  Shift: lab.Shift,
});

/** The classes and functions made by running the code of stubs. */
function run(unknown) {
  const code = unknown.map(({ stub }) => stub.replace(/^registerKerasSerializable.*$/gm, ''));
  const names = unknown.map(({ className }) => className.slice(className.lastIndexOf('>') + 1));
  const used = Object.keys(keras).filter((name) => name !== 'default');
  const body = `${code.join('\n')}\nreturn { ${names.join(', ')} };`;
  const made = new Function(...used, body)(...used.map((name) => keras[name]));
  return Object.fromEntries(
    unknown.map(({ registeredName }, i) => [registeredName, made[names[i]]]),
  );
}

test('all unknown classes in a Python file are listed with their paths', async () => {
  const error = await raisedBy(loadModel(bytes));
  assert.ok(error instanceof KerasTypeError);
  assert.match(error.message, /^Could not locate class 'MinimalCell'\. Make sure custom classes/);
  assert.deepEqual(
    error.unknown.map(({ kind, role, registeredName, count }) => [
      kind,
      role,
      registeredName,
      count,
    ]),
    [
      ['class', 'cell', 'lab>MinimalCell', 3],
      ['class', 'layer', 'lab>Scale', 2],
      ['function', 'activation', 'lab>swoosh', 1],
      ['class', 'initializer', 'lab>Spread', 1],
      ['class', 'regularizer', 'lab>Sparsity', 1],
      ['class', 'constraint', 'lab>Between', 1],
      ['class', 'layer', 'lab>Twice', 1],
      ['class', 'layer', 'Shift', 2],
      ['class', 'layer', 'lab>Tagged', 1],
      ['class', 'layer', 'lab>Encoder', 1],
    ],
  );
  const [cell, scale, swoosh] = error.unknown;
  assert.deepEqual(cell.paths, [
    'config.layers[1].config.cell',
    'config.layers[3].config.layer.config.cell',
    'config.layers[3].config.backward_layer.config.cell',
  ]);
  assert.equal(cell.className, 'MinimalCell');
  assert.equal(cell.module, 'lab');
  assert.equal(cell.path, cell.paths[0]);
  assert.equal(cell.config.units, 4);
  assert.equal(scale.path, 'config.layers[2].config.layer');
  assert.equal(swoosh.config, 'lab>swoosh');
});

test('each path in the error leads to the class it names', async () => {
  const error = await raisedBy(loadModel(bytes));
  for (const { paths, className, kind } of error.unknown) {
    for (const path of paths) {
      const record = path
        .split(/[.[\]]+/)
        .filter(Boolean)
        .reduce((value, key) => value[key], config);
      assert.equal(kind === 'function' ? record.config : record.class_name, className);
    }
  }
});

test('the message has counts, paths and code for each class', async () => {
  const { message } = await raisedBy(loadModel(bytes));
  assert.match(message, /This config names 9 classes and 1 function that nobody defined here:/);
  assert.match(message, /- class lab>Scale \(Scale\) of lab: 2 times, config\.layers\[2\]/);
  assert.match(
    message,
    /^import \{ .*Layer,.* registerKerasSerializable.* \} from 'keras-wasm';$/m,
  );
  assert.match(message, /registerKerasSerializable\(\{ package: 'lab' \}\)\(Scale\);/);
  assert.match(message, /pass customObjects: \{ Shift \}/);
});

test('the stubs in the error make the file open', async () => {
  const { unknown } = await raisedBy(loadModel(bytes));
  const customObjects = run(unknown);
  const model = modelFromJson(JSON.stringify(config), { customObjects });
  assert.equal(model.layers.length, config.config.layers.length);
  const again = modelFromJson(model.toJson(), { customObjects });
  assert.deepEqual(JSON.parse(again.toJson()), JSON.parse(model.toJson()));
  const scale = model.layers.find(({ className }) => className === 'Scale');
  assert.equal(scale.factor, 2);
  assert.equal(scale.getConfig().factor, 2);
});

test('with implemented classes, the file computes the same as in Keras', async () => {
  const customObjects = named(makeLab());
  const model = await loadModel(bytes, { customObjects });
  const [input] = truth.inputs.tensors;
  const [output] = truth.outputs.tensors;
  const data = tensor(input.data, input.shape);
  assertClose(model.predict(data).array(), output.data);
  assertClose(model.apply(data).array(), output.data);
  assert.deepEqual(model.getConfig(), truth.config);
  const saved = await loadModel(await model.save(), { customObjects });
  assertClose(saved.predict(data).array(), output.data);
});

test('clones keep the Python names of classes', async () => {
  const customObjects = named(makeLab());
  const clone = cloneModel(await loadModel(bytes, { customObjects }), { customObjects });
  assert.deepEqual(clone.getConfig(), truth.config);
});

test('objects made in JavaScript get no Python module from other objects of their class', async () => {
  const lab = makeLab();
  await loadModel(bytes, { customObjects: named(lab) });
  const { module, registered_name } = serializeKerasObject(new lab.Scale());
  assert.deepEqual([module, registered_name], [null, 'Scale']);
});

test('whole floats in a file remain floats when JavaScript classes write them again', async () => {
  const textOf = (file) => new TextDecoder().decode(unzipSync(file)['config.json']);
  const floats = (text) => text.match(/"(factor|start|stop|low|high|units|by)": [-\d.]+/g);
  const model = await loadModel(bytes, { customObjects: named(makeLab()) });
  const written = floats(textOf(await model.save()));
  assert.deepEqual(written, floats(textOf(bytes)));
  assert.ok(written.includes('"factor": 2.0') && written.includes('"by": 3'));
});

test('cloneModel lists everything unknown in its configs, not only the layer at which it failed', () => {
  const lab = makeLab();
  const customObjects = { MinimalCell: lab.MinimalCell, Scale: lab.Scale };
  const x = Input({ shape: [4, 3] });
  const parts = [
    new lab.Shift({ name: 'alone' }), // its class is known
    new layers.TimeDistributed({ layer: new lab.Scale({ name: 'scale' }), name: 'steps' }),
    new layers.Lambda({ function: (it) => ops.multiply(it, 2), name: 'twice' }),
    new layers.RNN({ cell: new lab.MinimalCell({ units: 2 }), name: 'rnn' }),
  ];
  const model = new Model({ inputs: x, outputs: parts.reduce((y, layer) => layer.apply(y), x) });
  const error = assertRaises(
    () => cloneModel(model),
    KerasTypeError,
    "Could not locate class 'Scale'",
  );
  assert.deepEqual(
    error.unknown.map(({ registeredName, path }) => [registeredName, path]),
    [
      ['Scale', 'layers[2].config.layer'],
      ['MinimalCell', 'layers[4].config.cell'],
    ],
  );
  assert.match(error.notes[0], /While cloning layer 'steps'/);
  assert.match(error.notes[1], /This config names 2 classes that nobody defined here/);
  assert.equal(cloneModel(model, { customObjects }).layers.length, 5);
});

test('defined classes are not listed', async () => {
  const { Scale, MinimalCell, swoosh } = makeLab();
  const customObjects = {
    'lab>Scale': Scale,
    'lab>MinimalCell': MinimalCell,
    'lab>swoosh': swoosh,
  };
  const error = await raisedBy(loadModel(bytes, { customObjects }));
  assert.deepEqual(
    error.unknown.map(({ registeredName }) => registeredName),
    [
      'lab>Spread',
      'lab>Sparsity',
      'lab>Between',
      'lab>Twice',
      'Shift',
      'lab>Tagged',
      'lab>Encoder',
    ],
  );
});

const layerOf = (record) => ({
  module: 'keras',
  class_name: 'Sequential',
  config: { name: 's', trainable: true, layers: [record] },
  registered_name: null,
});
const mine = (className, own = {}) => ({
  module: 'my_layers',
  class_name: className,
  config: { name: className.toLowerCase(), trainable: true, ...own },
  registered_name: `my>${className}`,
});

test("a single unknown class is reported with Keras's own sentence first", () => {
  const error = assertRaises(() => deserializeKerasObject(layerOf(mine('Odd'))), KerasTypeError);
  const [sentence] = error.message.split('\n\n');
  assert.ok(sentence.startsWith("Could not locate class 'Odd'. Make sure"));
  assert.ok(sentence.includes("Full object config: {'module': 'my_layers', 'class_name': 'Odd'"));
  assert.equal(error.path, 'config.layers[0]');
  assert.equal(error.unknown.length, 1);
});

test('unknown classes inside unknown classes are listed too', () => {
  const record = layerOf(mine('Outer', { layer: mine('Inner', { layer: mine('Core') }) }));
  const error = assertRaises(() => deserializeKerasObject(record), KerasTypeError);
  assert.deepEqual(
    error.unknown.map(({ path }) => path),
    [
      'config.layers[0]',
      'config.layers[0].config.layer',
      'config.layers[0].config.layer.config.layer',
    ],
  );
  assert.match(error.unknown[0].stub, /this\.layer = deserializeKerasObject\(layer\);/);
  assert.match(error.unknown[0].stub, /layer: serializeKerasObject\(this\.layer\)/);
});

test('fromConfig lists unknown classes too', () => {
  const { config: inner } = layerOf(mine('Odd'));
  const error = assertRaises(() => Sequential.fromConfig(inner), KerasTypeError);
  assert.deepEqual([error.path, error.unknown[0].registeredName], ['layers[0]', 'my>Odd']);
  const dense = { ...new layers.Dense({ units: 1 }).getConfig(), activation: mine('Act') };
  assert.deepEqual(
    assertRaises(() => layers.Dense.fromConfig(dense), KerasError).unknown.map((u) => u.role),
    ['activation'],
  );
});

test('a JavaScript class that revives parts itself does not hide other unknown classes', () => {
  const { Residual } = makeLab();
  const record = layerOf(mine('Residual', { inner: mine('Odd') }));
  record.config.layers.push(mine('Other'));
  const error = assertRaises(
    () => deserializeKerasObject(record, { customObjects: { 'my>Residual': Residual } }),
    KerasTypeError,
  );
  assert.deepEqual(
    error.unknown.map(({ path }) => path),
    ['config.layers[0].config.inner', 'config.layers[1]'],
  );
});

test('unknown activations and initializers are reported', () => {
  const dense = new Sequential([
    Input({ shape: [2] }),
    new layers.Dense({ units: 1, name: 'd' }),
  ]).getConfig();
  dense.layers[1].config.activation = 'swoosh';
  const error = assertRaises(
    () => Sequential.fromConfig(dense),
    KerasError,
    'Could not interpret activation function identifier: swoosh',
  );
  assert.deepEqual(error.unknown[0].path, 'layers[1].config.activation');
});

test('layers written without modules by older Keras are listed', () => {
  const entry = (class_name, name) => ({ class_name, config: { name } });
  const old = {
    name: 'old',
    layers: [entry('TFOpLambda', 'a'), entry('Odd', 'b'), entry('Odd', 'c')],
  };
  const error = assertRaises(
    () => Sequential.fromConfig(old),
    ValueError,
    "Unknown layer: 'TFOpLambda'",
  );
  assert.deepEqual(
    error.unknown.map(({ registeredName, count }) => [registeredName, count]),
    [
      ['TFOpLambda', 1],
      ['Odd', 2],
    ],
  );
});

test('an unknown class in a module of Keras is listed under that module', () => {
  const record = layerOf({ ...mine('Dens'), module: 'keras.layers', registered_name: null });
  const error = assertRaises(
    () => deserializeKerasObject(record),
    ValueError,
    "Could not deserialize 'keras.layers.Dens' because it is not a KerasSaveable subclass",
  );
  assert.equal(error.unknown[0].module, 'keras.layers');
});

test('an unrelated error lists nothing, even if classes are unknown', () => {
  const { Scale } = makeLab();
  const record = layerOf({ ...new Scale().getConfig() });
  record.config.layers = [
    { module: 'keras.layers', class_name: 'Dense', config: { name: 'd' }, registered_name: null },
    mine('Odd'),
  ];
  const error = assertRaises(() => deserializeKerasObject(record), KerasTypeError, "'units'");
  assert.deepEqual(error.unknown, []);
});

test('a model with unknown losses, metrics and optimizers opens', () => {
  const x = Input({ shape: [2], name: 'x' });
  const model = new Model({ inputs: x, outputs: new layers.Dense({ units: 1 }).apply(x) });
  const own = {
    module: 'my',
    class_name: 'function',
    config: 'my>loss',
    registered_name: 'function',
  };
  model.compileConfig = { optimizer: mine('Optimizer'), loss: own };
  assert.deepEqual(modelFromJson(model.toJson()).compileConfig, model.compileConfig);
});

test('names that are not JavaScript identifiers, or are hostile, still give stubs that run', () => {
  const record = layerOf({
    module: 'm',
    class_name: 'class',
    config: { 'a-b': 1, default: [1, 2], name: 'n', input: 3, x: "*/ '\u2028\n" },
    registered_name: "p'>class\n",
  });
  const { unknown } = assertRaises(() => deserializeKerasObject(record), KerasTypeError);
  const code = unknown[0].stub;
  assert.equal(code.includes('\u2028'), false);
  const used = ['Layer', 'registerKerasSerializable'];
  const Made = new Function(...used, `${code}\nreturn class_;`)(keras.Layer, () => (it) => it);
  const layer = new Made({ 'a-b': 1, default: [1, 2], input: 3, x: 'y', name: 'n' });
  assert.deepEqual(layer.getConfig()['a-b'], 1);
  assert.deepEqual(layer.getConfig().default, [1, 2]);
  assert.equal(layer.getConfig().input, 3);
});
