// Layers written in JavaScript, wherever a layer can be used.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  cloneModel,
  customObjectScope,
  Functional,
  Input,
  kwargs,
  KerasError,
  Layer,
  layers,
  Model,
  modelFromJson,
  ops,
  registerKerasSerializable,
  Sequential,
  tensor,
} from '../support/keras.mjs';

class Scale extends Layer {
  static className = 'Scale';
  constructor({ factor = 2, ...options } = {}) {
    super(options);
    this.factor = factor;
  }
  call(x) {
    return ops.multiply(x, this.factor);
  }
  getConfig() {
    return { ...super.getConfig(), factor: this.factor };
  }
}

class Linear extends Layer {
  static className = 'Linear';
  constructor({ units, ...options }) {
    super(options);
    this.units = units;
  }
  build(inputShape) {
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [inputShape.at(-1), this.units],
      initializer: 'ones',
    });
    this.bias = this.addWeight({
      name: 'bias',
      shape: [this.units],
      initializer: 'zeros',
      trainable: false,
    });
  }
  call(x) {
    return ops.add(ops.matmul(x, this.kernel), this.bias);
  }
  getConfig() {
    return { ...super.getConfig(), units: this.units };
  }
}

const data = tensor([[1, 2, 3]]);

test('a custom layer computes on data', () => {
  assert.deepEqual(new Scale({ factor: 3 }).apply(data).array(), [[3, 6, 9]]);
});

test('a custom layer gets an automatic name and the options of every layer', () => {
  assert.match(new Scale().name, /^scale(_\d+)?$/);
  const layer = new Scale({ name: 'mine', trainable: false, dtype: 'float16' });
  assert.equal(layer.name, 'mine');
  assert.equal(layer.trainable, false);
  assert.equal(layer.dtype, 'float16');
});

test('an unknown option of a custom layer is refused', () => {
  assertRaises(
    () => new Scale({ nonsense: 1 }),
    KerasError,
    "Unrecognized keyword arguments passed to Scale: {'nonsense': 1}",
  );
});

test('a custom layer works in a Sequential model', () => {
  const layer = new Scale();
  const model = new Sequential([Input({ shape: [3] }), layer, new Scale({ factor: 5 })]);
  assert.equal(model.layers[0], layer);
  assert.deepEqual(model.outputShape, [null, 3]);
  assert.deepEqual(model.predict(data).array(), [[10, 20, 30]]);
  assert.deepEqual(model.apply(data).array(), [[10, 20, 30]]);
});

test('a custom layer works between built-in layers of a Functional model', () => {
  const x = Input({ shape: [3] });
  const layer = new Linear({ units: 2 });
  const model = new Model({ inputs: x, outputs: new layers.ReLU().apply(layer.apply(x)) });
  assert.equal(model.layers[1], layer);
  assert.deepEqual(model.predict(data).array(), [[6, 6]]);
  assert.deepEqual(
    layer.weights.map(({ name, shape, trainable }) => [name, shape, trainable]),
    [
      ['kernel', [3, 2], true],
      ['bias', [2], false],
    ],
  );
  assert.equal(layer.countParams(), 8);
});

test('build makes the weights once, under the path of the layer', () => {
  const layer = new Linear({ units: 2, name: 'lin' });
  assert.equal(layer.built, false);
  layer.build([null, 3]);
  assert.equal(layer.built, true);
  assert.equal(layer.kernel.path, 'lin/kernel');
  layer.apply(data);
  assert.equal(layer.weights.length, 2);
});

test('a clone makes a new custom layer from the config', () => {
  const model = new Sequential([Input({ shape: [3] }), new Scale({ factor: 7, name: 's' })]);
  const clone = cloneModel(model);
  assert.ok(clone.layers[0] instanceof Scale);
  assert.notEqual(clone.layers[0], model.layers[0]);
  assert.equal(clone.layers[0].factor, 7);
  assert.equal(clone.layers[0].name, 's');
  assert.deepEqual(clone.predict(data).array(), [[7, 14, 21]]);
});

test('a recursive clone clones custom layers inside nested models', () => {
  const inner = new Sequential([Input({ shape: [3] }), new Scale({ factor: 2 })]);
  const x = Input({ shape: [3] });
  const model = new Model({ inputs: x, outputs: inner.apply(x) });
  const clone = cloneModel(model, {
    recursive: true,
    cloneFunction(layer) {
      const config = layer.getConfig();
      if ('factor' in config) config.factor += 1;
      return layer.constructor.fromConfig(config);
    },
  });
  assert.deepEqual(clone.predict(data).array(), [[3, 6, 9]]);
  assert.equal(clone.layers[1].layers[0].factor, 3);
});

test('customObjects supplies the class of a custom layer in a config', () => {
  const model = new Sequential([Input({ shape: [3] }), new Scale({ factor: 4 })]);
  const json = model.toJson();
  const record = JSON.parse(json).config.layers[1];
  assert.deepEqual(
    [record.module, record.class_name, record.registered_name],
    [null, 'Scale', 'Scale'],
  );

  assertRaises(() => modelFromJson(json), KerasError, "Could not locate class 'Scale'");
  const revived = modelFromJson(json, { customObjects: { Scale } });
  assert.ok(revived.layers[0] instanceof Scale);
  assert.deepEqual(revived.predict(data).array(), [[4, 8, 12]]);

  const fromConfig = Sequential.fromConfig(model.getConfig(), { Scale });
  assert.equal(fromConfig.layers[0].factor, 4);
  const scoped = customObjectScope({ Scale }, () => modelFromJson(json));
  assert.equal(scoped.layers[0].factor, 4);
});

test('a registered custom layer needs no customObjects', () => {
  registerKerasSerializable({ package: 'tests', name: 'Registered' })(
    class Registered extends Scale {
      static className = 'Registered';
    },
  );
  const json = JSON.stringify({
    module: null,
    class_name: 'Registered',
    config: { name: 'r', factor: 6 },
    registered_name: 'tests>Registered',
  });
  const layer = modelFromJson(json);
  assert.equal(layer.factor, 6);
  assert.equal(
    JSON.parse(new Sequential([Input({ shape: [1] }), layer]).toJson()).config.layers[1]
      .registered_name,
    'tests>Registered',
  );
});

test('call receives the keywords of the call, and training only if it has the parameter', () => {
  const seen = [];
  class Watch extends Layer {
    static className = 'Watch';
    call(x, { training, mask, strength = 1 }) {
      seen.push([training, mask, strength]);
      return x;
    }
  }
  const layer = new Watch();
  layer.apply(data);
  layer.apply(data, kwargs({ training: true, strength: 3 }));
  assert.deepEqual(seen, [
    [undefined, null, 1],
    [true, null, 3],
  ]);
  const scale = new Scale();
  assert.deepEqual(scale.apply(data, kwargs({ training: true })).array(), [[2, 4, 6]]);
});

test('call receives several tensors by position', () => {
  class Mix extends Layer {
    static className = 'Mix';
    build(aShape, bShape) {
      this.shapes = [aShape, bShape];
    }
    call(a, b) {
      return ops.add(a, ops.multiply(b, 10));
    }
  }
  const layer = new Mix();
  assert.deepEqual(layer.apply(tensor([[1, 2]]), tensor([[3, 4]])).array(), [[31, 42]]);
  assert.deepEqual(layer.shapes, [
    [1, 2],
    [1, 2],
  ]);
});

test('a layer may take and return arrays and objects of tensors', () => {
  class Split extends Layer {
    static className = 'Split';
    call({ a, b }) {
      return { sum: ops.add(a, b), both: [a, b] };
    }
  }
  const a = Input({ shape: [2], name: 'a' });
  const b = Input({ shape: [2], name: 'b' });
  const model = new Model({ inputs: { a, b }, outputs: new Split().apply({ a, b }) });
  const out = model.predict({ a: [[1, 2]], b: [[3, 4]] });
  assert.deepEqual(out.sum.array(), [[4, 6]]);
  assert.deepEqual(out.both[1].array(), [[3, 4]]);
});

test('layers in properties, arrays and objects are sub-layers', () => {
  class Block extends Layer {
    static className = 'Block';
    constructor(options = {}) {
      super(options);
      this.first = new layers.Dense({ units: 2 });
      this.others = [new layers.Dense({ units: 2 }), { last: new layers.Dense({ units: 1 }) }];
    }
    call(x) {
      return this.others[1].last.apply(this.others[0].apply(this.first.apply(x)));
    }
  }
  const block = new Block();
  const model = new Sequential([Input({ shape: [3] }), block]);
  assert.equal(block.weights.length, 6);
  assert.equal(model.countParams(), 8 + 6 + 3);
  assert.deepEqual(model.predict(data).shape, [1, 1]);
  block.trainable = false;
  assert.equal(block.others[1].last.trainable, false);
  assert.equal(model.trainableWeights.length, 0);
  const copy = cloneModel(model);
  copy.setWeights(model.getWeights());
  assertClose(copy.predict(data).array(), model.predict(data).array());
});

test('computeOutputShape gives the shape when call reads its data', () => {
  class Count extends Layer {
    static className = 'Count';
    computeOutputShape([batch]) {
      return [batch, 1];
    }
    call(x) {
      return tensor(x.array().map((row) => [row.filter((value) => value > 1).length]));
    }
  }
  const x = Input({ shape: [3] });
  const model = new Model({ inputs: x, outputs: new Count().apply(x) });
  assert.deepEqual(model.outputShape, [null, 1]);
  assert.deepEqual(
    model
      .predict([
        [1, 2, 3],
        [0, 0, 5],
      ])
      .array(),
    [[2], [1]],
  );
});

test('predict calls a custom layer with the data of each batch', () => {
  const sizes = [];
  class Sizes extends Layer {
    static className = 'Sizes';
    call(x) {
      sizes.push(x.shape[0]);
      return x;
    }
  }
  const model = new Sequential([Input({ shape: [1] }), new Sizes()]);
  sizes.length = 0;
  model.predict([[1], [2], [3]], { batchSize: 2 });
  assert.deepEqual(sizes.filter((size) => size !== null).slice(-1), [1]);
  assert.ok(sizes.includes(2));
});

test('a custom wrapper survives a config round trip', () => {
  class Twice extends Layer {
    static className = 'Twice';
    constructor({ layer, ...options }) {
      super(options);
      this.layer = layer instanceof Layer ? layer : layers.Dense.fromConfig(layer.config);
    }
    call(x) {
      return ops.multiply(this.layer.apply(x), 2);
    }
    getConfig() {
      return {
        ...super.getConfig(),
        layer: { class_name: 'Dense', config: this.layer.getConfig() },
      };
    }
  }
  const layer = new Twice({ layer: new layers.Dense({ units: 2, kernelInitializer: 'ones' }) });
  assert.deepEqual(layer.apply(data).array(), [[12, 12]]);
  const copy = Twice.fromConfig(layer.getConfig());
  assert.deepEqual(copy.apply(data).array(), [[12, 12]]);
});

test('a custom layer works inside a built-in wrapper', () => {
  const model = new Sequential([
    Input({ shape: [2, 3] }),
    new layers.TimeDistributed({ layer: new Linear({ units: 1 }) }),
  ]);
  assert.deepEqual(
    model
      .predict([
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ])
      .array(),
    [[[6], [15]]],
  );
});

test('a mixed policy casts the inputs and weights of a custom layer', () => {
  const layer = new Linear({ units: 2, dtype: 'mixed_float16' });
  const out = layer.apply(data);
  assert.equal(layer.kernel.dtype, 'float32');
  assert.equal(out.dtype, 'float16');
  const model = new Sequential([Input({ shape: [3] }), layer]);
  assert.equal(model.predict(data).dtype, 'float16');
});

test('a Functional with custom layers is revived by its class', () => {
  const x = Input({ shape: [3], name: 'x' });
  const model = new Model({ inputs: x, outputs: new Scale({ name: 's' }).apply(x), name: 'm' });
  const copy = Functional.fromConfig(model.getConfig(), { Scale });
  assert.deepEqual(copy.getConfig(), model.getConfig());
});

test('inputShape of a class that extends a built-in layer becomes the Input of a Sequential', () => {
  class Doubled extends layers.Dense {
    static className = 'Doubled';
    call(x) {
      return ops.multiply(super.call(x), 2);
    }
  }
  const model = new Sequential([new Doubled({ units: 2, inputShape: [3], name: 'd' })]);
  assert.deepEqual(model.inputShape, [null, 3]);
  assert.deepEqual(
    model.weights.map(({ shape }) => shape),
    [[3, 2], [2]],
  );
  assert.equal('input_shape' in model.layers[0].getConfig(), false);
});

test('the output shape of a class that extends a wrapper comes from its call', () => {
  class Flat extends layers.Wrapper {
    static className = 'Flat';
    call(x) {
      return ops.sum(this.layer.apply(x), { axis: -1, keepdims: true });
    }
  }
  const flat = () => new Flat({ layer: new layers.Dense({ units: 4 }) });
  assert.deepEqual(flat().computeOutputShape([null, 3]), [null, 1]);
  const x = Input({ shape: [2, 3] });
  assert.deepEqual(new layers.TimeDistributed({ layer: flat() }).apply(x).shape, [null, 2, 1]);
});
