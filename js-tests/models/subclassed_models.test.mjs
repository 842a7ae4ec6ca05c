// The class of copies of models whose class is the user's, by Keras's rules.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertClose, assertRaises } from '../support/assertions.mjs';
import {
  cloneModel,
  Functional,
  Input,
  KerasTypeError,
  Layer,
  layers,
  Model,
  modelFromJson,
  NotImplementedError,
  ops,
  Sequential,
  tensor,
  ValueError,
} from '../support/keras.mjs';

const data = tensor([[1, 2, 3]]);
const classOf = (model) => Object.getPrototypeOf(model).constructor;

function ends(outputs = 2) {
  const inputs = Input({ shape: [3], name: 'x' });
  return { inputs, outputs: new layers.Dense({ units: outputs, name: 'd' }).apply(inputs) };
}

function sameNumbers(copy, model) {
  copy.setWeights(model.getWeights());
  assertClose(copy.predict(data).array(), model.predict(data).array());
}

test('a Functional subclass without a constructor is cloned and revived as itself', () => {
  class Mine extends Model {
    static className = 'Mine';
    sum() {
      return this.layers.length;
    }
  }
  const model = new Mine({ ...ends(), name: 'm' });
  for (const copy of [
    cloneModel(model),
    cloneModel(model, { recursive: true }),
    Mine.fromConfig(model.getConfig()),
    modelFromJson(model.toJson(), { customObjects: { Mine } }),
  ]) {
    assert.equal(classOf(copy), Mine);
    assert.ok(copy instanceof Functional);
    assert.equal(copy.sum(), 2);
    assert.equal(copy.name, 'm');
    sameNumbers(copy, model);
  }
});

test('hooks change the graph of a Functional subclass, and the clone keeps the class', () => {
  class Mine extends Functional {
    static className = 'Mine';
  }
  const model = new Mine(ends());
  const clone = cloneModel(model, {
    callFunction: (layer, ...args) => new layers.Dropout({ rate: 0.5 }).apply(layer.apply(...args)),
  });
  assert.equal(classOf(clone), Mine);
  assert.deepEqual(
    clone.layers.map(({ className }) => className),
    ['InputLayer', 'Dense', 'Dropout'],
  );
});

test('a constructor with inputs, outputs and name keeps the class', () => {
  class Strict extends Model {
    static className = 'Strict';
    constructor({ inputs, outputs, name = null }) {
      super({ inputs, outputs, name });
      this.mark = true;
    }
  }
  const clone = cloneModel(new Strict({ ...ends(), name: 's' }));
  assert.equal(classOf(clone), Strict);
  assert.ok(clone.mark);
});

test('extra constructor arguments are lost by a clone and kept by a config', () => {
  class Extra extends Model {
    static className = 'Extra';
    constructor({ extra = 1, ...options }) {
      super(options);
      this.extra = extra;
    }
    getConfig() {
      return { ...super.getConfig(), extra: this.extra };
    }
  }
  const model = new Extra({ ...ends(), extra: 5 });
  assert.equal(cloneModel(model).extra, 1);
  assert.equal(Extra.fromConfig(model.getConfig()).extra, 5);
  assert.equal(modelFromJson(model.toJson(), { customObjects: { Extra } }).extra, 5);
});

class OwnGraph extends Model {
  static className = 'OwnGraph';
  constructor({ units = 2, ...options } = {}) {
    const x = Input({ shape: [3], name: 'x' });
    const hidden = new layers.Dense({ units, name: 'hidden' }).apply(x);
    super({
      inputs: x,
      outputs: new layers.Dense({ units: 1, name: 'out' }).apply(hidden),
      ...options,
    });
    this.units = units;
  }
}

test('a class that builds its own graph is cloned as a plain Functional with all layers', () => {
  const model = new OwnGraph({ units: 4, name: 'own' });
  const clone = cloneModel(model);
  assert.equal(classOf(clone), Functional);
  assert.deepEqual(
    clone.layers.map(({ name }) => name),
    ['x', 'hidden', 'out'],
  );
  assert.equal(clone.getLayer('hidden').getConfig().units, 4);
  sameNumbers(clone, model);
  assert.deepEqual(Object.keys(model.getConfig()), ['name', 'trainable', 'dtype']);
});

test('a class that builds its own graph is revived with its constructor arguments', () => {
  class WithConfig extends OwnGraph {
    static className = 'WithConfig';
    getConfig() {
      return { ...super.getConfig(), units: this.units };
    }
  }
  const model = new WithConfig({ units: 4, name: 'own' });
  const copy = WithConfig.fromConfig(model.getConfig());
  assert.equal(classOf(copy), WithConfig);
  assert.equal(copy.units, 4);
  sameNumbers(copy, model);
  assert.equal(modelFromJson(model.toJson(), { customObjects: { WithConfig } }).units, 4);
});

test('cloning does not call a getConfig that throws', () => {
  class Shy extends Model {
    static className = 'Shy';
    getConfig() {
      throw new RangeError('mine');
    }
  }
  const clone = cloneModel(new Shy(ends()));
  assert.equal(classOf(clone), Shy);
});

test('a Sequential subclass is cloned as a plain Sequential with its name', () => {
  class Stack extends Sequential {
    static className = 'Stack';
  }
  const model = new Stack([Input({ shape: [3] }), new layers.Dense({ units: 2 })], { name: 'ss' });
  const clone = cloneModel(model);
  assert.equal(classOf(clone), Sequential);
  assert.equal(clone.name, 'ss');
  sameNumbers(clone, model);
  assert.equal(classOf(Stack.fromConfig(model.getConfig())), Stack);
  assert.equal(classOf(modelFromJson(model.toJson(), { customObjects: { Stack } })), Stack);
});

test('a Sequential subclass with a different constructor cannot be revived, and the error says why', () => {
  class Units extends Sequential {
    static className = 'Units';
    constructor({ units = 5 } = {}) {
      super([Input({ shape: [3] }), new layers.Dense({ units })], { name: 'ss' });
    }
  }
  const model = new Units({ units: 5 });
  assert.equal(classOf(cloneModel(model)), Sequential);
  assert.equal(cloneModel(model).name, 'ss');
  assertRaises(
    () => Units.fromConfig(model.getConfig()),
    KerasTypeError,
    "Units.__init__() got an unexpected keyword argument 'name'",
  );
  assertRaises(
    () => Units.fromConfig({ units: 5 }),
    ValueError,
    "must be a dictionary containing the 'name' and 'layers' keys",
  );
});

class Net extends Model {
  static className = 'Net';
  constructor({ n = 2, ...options } = {}) {
    super(options);
    this.n = n;
    this.dense = new layers.Dense({ units: n });
  }
  call(x) {
    return this.dense.apply(x);
  }
}

test('a model without getConfig is cloned with its default arguments', () => {
  const model = new Net({ n: 5, name: 'net' });
  model.predict(data);
  const clone = cloneModel(model);
  assert.equal(classOf(clone), Net);
  assert.equal(clone.n, 2);
  assert.equal(clone.name, 'net');
});

test('a model with a required argument needs a getConfig', () => {
  class Needs extends Model {
    static className = 'Needs';
    constructor({ n, ...options }) {
      super(options);
      this.n = n;
    }
    call(x) {
      return x;
    }
  }
  const model = new Needs({ n: 3 });
  const message = 'the object must override `get_config()` in order to be serializable';
  assertRaises(() => model.getConfig(), NotImplementedError, message);
  assertRaises(() => cloneModel(model), NotImplementedError, message);
});

test('a model with getConfig is cloned with its arguments, and built like the original', () => {
  class Good extends Net {
    static className = 'Good';
    getConfig() {
      return { ...super.getConfig(), n: this.n };
    }
  }
  const model = new Good({ n: 5 });
  model.predict(data);
  const clone = cloneModel(model);
  assert.equal(clone.n, 5);
  assert.notEqual(clone.dense, model.dense);
  assert.equal(clone.built, true);
  sameNumbers(clone, model);
});

test('a layer without getConfig keeps arguments that are plain data', () => {
  class Pair extends Layer {
    static className = 'Pair';
    constructor({ low = 0, sizes = [1, 2], ...options } = {}) {
      super(options);
      this.low = low;
      this.sizes = sizes;
    }
    call(x) {
      return ops.maximum(x, this.low);
    }
  }
  const layer = new Pair({ low: 2, sizes: [3, 4], name: 'p' });
  const { low, sizes, name } = layer.getConfig();
  assert.deepEqual([low, sizes, name], [2, [3, 4], 'p']);
  const model = new Sequential([Input({ shape: [3] }), layer]);
  assert.deepEqual(cloneModel(model).layers[0].sizes, [3, 4]);
});

test('a layer without getConfig whose arguments cannot be captured raises an error', () => {
  class Hidden extends Layer {
    static className = 'Hidden';
    constructor({ secret = 1, ...options } = {}) {
      super(options);
      this.kept = secret;
    }
    call(x) {
      return x;
    }
  }
  assertRaises(
    () => new Hidden().getConfig(),
    NotImplementedError,
    'Object Hidden was created by passing non-serializable argument values in `__init__()`',
  );
});

test('user models nested in other models keep their position', () => {
  class Mine extends Model {
    static className = 'Mine';
  }
  const inner = new Mine({ ...ends(3), name: 'inner' });
  const x = Input({ shape: [3], name: 'y' });
  const outer = new Model({ inputs: x, outputs: inner.apply(x), name: 'outer' });
  for (const recursive of [false, true]) {
    const clone = cloneModel(outer, { recursive });
    assert.equal(classOf(clone.getLayer('inner')), Mine);
    assert.notEqual(clone.getLayer('inner'), inner);
    sameNumbers(clone, outer);
  }
});
