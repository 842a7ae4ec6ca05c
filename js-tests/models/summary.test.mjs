// Summaries of compiled models and of models with custom classes.
import assert from 'node:assert/strict';
import test from 'node:test';
import { fixture } from '../support/fixtures.mjs';
import {
  cloneModel,
  Input,
  Layer,
  layers,
  Model,
  modelFromJson,
  Sequential,
  tensor,
} from '../support/keras.mjs';

const { Dense } = layers;
const totals = (text) => text.split('\n').filter((line) => line.includes(' params:'));
const summary = (model) => model.summary({ printFn: null });

for (const { name, model, summaries } of fixture('summary.json').models) {
  if (!name.startsWith('compiled_')) continue;
  test(`${name}: the optimizer's variables are counted as in Keras`, () => {
    const expected = totals(summaries[0].text);
    const opened = modelFromJson(JSON.stringify(model));
    assert.deepEqual(totals(summary(opened)), expected);
    assert.deepEqual(totals(summary(cloneModel(opened))), expected);
  });
}

test('a model that is compiled but not trained has no optimizer variables', () => {
  const { model } = fixture('summary.json').models.find(
    ({ name }) => name === 'compiled_functional',
  );
  const opened = modelFromJson(JSON.stringify(model));
  const { compileConfig } = opened;
  opened.compileConfig = compileConfig;
  assert.doesNotMatch(summary(opened), /Optimizer/);
});

/** The output shape column for a model with these layers. */
function shapesOf(parts) {
  class Whole extends Model {
    static className = 'Whole';
    constructor(options) {
      super(options);
      this.parts = parts;
    }
    call(inputs) {
      return this.parts.reduce((y, part) => part.apply(y), inputs);
    }
  }
  const model = new Whole();
  model.predict(
    tensor([
      [1, 2],
      [3, 4],
    ]),
  );
  return summary(model)
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) => line.split('│')[2].trim());
}

// Keras prints the same: a class without compute_output_shape has no shape to show.
test('parts of a subclassed model show the shapes their classes state', () => {
  class Plain extends Layer {
    static className = 'Plain';
    inner = new Dense({ units: 2 });
    call(inputs) {
      return this.inner.apply(inputs);
    }
  }
  class Shaped extends Plain {
    static className = 'Shaped';
    computeOutputShape([batch]) {
      return [batch, 2];
    }
  }
  class Sub extends Model {
    static className = 'Sub';
    inner = new Dense({ units: 2 });
    call(inputs) {
      return this.inner.apply(inputs);
    }
  }
  class MyDense extends Dense {
    static className = 'MyDense';
    call(inputs) {
      return super.call(inputs);
    }
  }
  const inputs = Input({ shape: [2] });
  const graph = new Model({ inputs, outputs: new Dense({ units: 2 }).apply(inputs) });
  const sequential = new Sequential([new Dense({ units: 2 })]);
  const parts = [
    new Plain(),
    new Shaped(),
    new Sub(),
    new MyDense({ units: 2 }),
    graph,
    sequential,
  ];
  assert.deepEqual(shapesOf(parts), ['?', '(2, 2)', '?', '(2, 2)', '(None, 2)', '(2, 2)']);
});
