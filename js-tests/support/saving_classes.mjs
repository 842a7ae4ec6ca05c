// The classes of tools/fixtures/saving_classes.py in JavaScript; fixtures contain models of them that Keras saved.
import {
  deserializeKerasObject,
  Layer,
  layers,
  Model,
  ops,
  serializeKerasObject,
} from './keras.mjs';

export class NestedContainers extends Model {
  static className = 'NestedContainers';
  constructor(options) {
    super(options);
    this.blocks = [
      [new layers.Dense({ units: 3 }), new layers.Dense({ units: 3 })],
      [new layers.Dense({ units: 3 })],
    ];
    this.byName = { first: new layers.Dense({ units: 3 }), second: new layers.Dense({ units: 3 }) };
    this.outLayer = new layers.Dense({ units: 2 });
  }
  call(x) {
    const all = [...this.blocks.flat(), ...Object.values(this.byName), this.outLayer];
    return all.reduce((value, layer) => layer.apply(value), x);
  }
}

export class MyDense extends Layer {
  static className = 'MyDense';
  constructor({ units, ...options }) {
    super(options);
    this.units = units;
    this.nestedLayer = new layers.Dense({ units, name: 'dense' });
  }
  build(inputShape) {
    this.scale = this.addWeight({ name: 'scale', initializer: 'ones' });
    this.shift = this.addWeight({ name: 'shift', initializer: 'zeros', trainable: false });
    this.nestedLayer.build(inputShape);
  }
  call(x) {
    return ops.add(ops.multiply(this.nestedLayer.apply(x), this.scale), this.shift);
  }
  getConfig() {
    return { ...super.getConfig(), units: this.units };
  }
}

export class TwoDense extends Model {
  static className = 'TwoDense';
  constructor(options) {
    super(options);
    this.dense1 = new MyDense({ units: 4, name: 'my_dense_1' });
    this.dense2 = new MyDense({ units: 1, name: 'my_dense_2' });
  }
  call(x) {
    return this.dense2.apply(this.dense1.apply(x));
  }
}

export class OwnSaving extends Layer {
  static className = 'OwnSaving';
  numbers = new Float32Array(3);
  text = '';
  call(x) {
    return x;
  }
  saveOwnVariables(store) {
    store.numbers = this.numbers;
  }
  loadOwnVariables({ numbers }) {
    this.numbers = numbers.data();
  }
  saveAssets(folder) {
    folder.set('words.txt', this.text);
  }
  loadAssets(folder) {
    this.text = new TextDecoder().decode(folder.get('words.txt'));
  }
}

export class Plain extends Model {
  static className = 'Plain';
  constructor(options) {
    super(options);
    this.dense = new layers.Dense({ units: 3 });
  }
  call(x) {
    return this.dense.apply(x);
  }
}

export class TopLevelWeight extends Model {
  static className = 'TopLevelWeight';
  constructor(options) {
    super(options);
    this.dense1 = new layers.Dense({ units: 3, activation: 'relu', name: 'dense_1' });
    this.dense2 = new layers.Dense({ units: 1, activation: 'sigmoid', name: 'dense_2' });
    this.bias = this.addWeight({ name: 'bias', shape: [1], initializer: 'zeros' });
  }
  call(x) {
    return ops.add(this.dense2.apply(this.dense1.apply(x)), this.bias);
  }
}

export class HasValues extends Layer {
  static className = 'HasValues';
  constructor({ pair = [1, 2], text = null, mode = 'fast', ...options } = {}) {
    super(options);
    Object.assign(this, { pair, text, mode });
  }
  call(x) {
    return x;
  }
  getConfig() {
    return { ...super.getConfig(), pair: this.pair, text: this.text, mode: this.mode };
  }
}

export class HasSublayers extends Layer {
  static className = 'HasSublayers';
  constructor({ sublayers, ...options }) {
    super(options);
    this.sublayers = sublayers;
  }
  call(x) {
    return this.sublayers.reduce((value, layer) => layer.apply(value), x);
  }
  getConfig() {
    return { ...super.getConfig(), sublayers: serializeKerasObject(this.sublayers) };
  }
  static fromConfig({ sublayers, ...config }) {
    return new this({ ...config, sublayers: deserializeKerasObject(sublayers) });
  }
}

export class PassedThrough extends Layer {
  static className = 'PassedThrough';
  call(x) {
    return x;
  }
}

/** The classes by the names under which Keras registered them. */
export const registered = {
  'fixtures>NestedContainers': NestedContainers,
  'fixtures>MyDense': MyDense,
  'fixtures>TwoDense': TwoDense,
  'fixtures>OwnSaving': OwnSaving,
  'fixtures>PassedThrough': PassedThrough,
};
