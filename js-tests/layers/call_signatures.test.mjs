// The parameters of `call`: positional whatever their names, with the defaults that the class states.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as keras from '../support/keras.mjs';

const { Input, Layer, Model, ops, tensor } = keras;

for (const [name, Class] of Object.entries({
  context: class extends Layer {
    static className = 'TakesContext';
    call(x, context) {
      return ops.add(x, context);
    }
  },
  options: class extends Layer {
    static className = 'TakesOptions';
    call(x, options) {
      return ops.add(x, options);
    }
  },
  args: class extends Layer {
    static className = 'TakesArgs';
    call(x, args) {
      return ops.add(x, args);
    }
  },
})) {
  test(`a second parameter named ${name} is a tensor like any other`, () => {
    const [a, b] = [Input({ shape: [2] }), Input({ shape: [2] })];
    const model = new Model({ inputs: [a, b], outputs: new Class().apply(a, b) });
    assert.deepEqual(model.predict([tensor([[1, 2]]), tensor([[3, 4]])]).array(), [[4, 6]]);
  });
}

test('a last parameter named kwargs receives the keywords', () => {
  class Named extends Layer {
    static className = 'Named';
    call(x, kwargs) {
      return kwargs.training ? ops.negative(x) : x;
    }
  }
  const layer = new Named();
  assert.deepEqual(layer.apply(tensor([1]), keras.kwargs({ training: true })).array(), [-1]);
  assert.deepEqual(layer.apply(tensor([1])).array(), [1]);
});

test('defaults in a stated signature may be tuples, lists and strings that contain commas', () => {
  const seen = [];
  class Stated extends Layer {
    static className = 'Stated';
    static callSignature =
      "inputs, size=(1, 2), empty=(), rows=[[1, 2], (3,)], mode='a,(b', rate=0.5, training=None";
    call(inputs, keywords = {}) {
      seen.push(keywords);
      return inputs;
    }
  }
  new Stated().apply(tensor([1]), keras.kwargs({ size: [5, 6] }));
  assert.deepEqual([...seen.at(-1).size], [5, 6]);
  const inputs = Input({ shape: [1] });
  const outputs = new Stated().apply(inputs, keras.kwargs({ mode: 'other' }));
  assert.equal(new Model({ inputs, outputs }).layers.length, 2);
  assert.throws(
    () => new Stated().apply(tensor([1]), keras.kwargs({ sise: 1 })),
    /Did you mean 'size'/,
  );
});

test('a default that is not a literal is an error', () => {
  class Wrong extends Layer {
    static className = 'WrongDefault';
    static callSignature = 'inputs, mode=Mode.FAST';
    call(inputs) {
      return inputs;
    }
  }
  assert.throws(() => new Wrong(), /not a literal: Mode\.FAST/);
});
