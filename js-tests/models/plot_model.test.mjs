// plotModel and modelToDot: the boxes, labels and edges that Keras's model_to_dot gives to Graphviz.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as keras from '../support/keras.mjs';

const recorded = JSON.parse(
  readFileSync(new URL('../fixtures/plots.json', import.meta.url), 'utf8'),
);
const folder = mkdtempSync(join(tmpdir(), 'keras-wasm-plot-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const { modelToDot, plotModel } = keras;
keras.registerKerasSerializable({ package: 'fixtures', name: 'scaled' })((x) => x);

const text = (quoted) => quoted.replace(/\\(.)/g, '$1');

/** What a DOT file states, in the form of the fixture. */
function parsed(dot) {
  const stack = [{ labels: [], edges: [], clusters: [] }];
  for (const line of dot.split('\n')) {
    const graph = stack.at(-1);
    const box =
      /^"((?:[^"\\]|\\.)*)" \[label=(<.*>), fontname=Helvetica, border=0, margin=0\];$/.exec(line);
    const edge = /^"((?:[^"\\]|\\.)*)" -> "((?:[^"\\]|\\.)*)" \[penwidth=2\];$/.exec(line);
    if (box) graph.labels.push(box[2]);
    else if (edge) graph.edges.push([text(edge[1]), text(edge[2])]);
    else if (line.startsWith('subgraph ')) stack.push({ labels: [], edges: [], clusters: [] });
    else if (line.startsWith('label=')) graph.name = text(line.slice(7, -2));
    else if (line === '}' && stack.length > 1) stack.at(-2).clusters.push(stack.pop());
  }
  return stack[0];
}

// Keras writes names into HTML as they are.
const escaped = (labels) => labels.replaceAll('<lambda>', '&lt;lambda&gt;');

for (const { name, model: json, graphs } of recorded.models)
  test(`modelToDot gives Graphviz what Keras gives it for ${name}`, () => {
    for (const { options, graph, error } of graphs) {
      keras.clearSession();
      const model = keras.modelFromJson(JSON.stringify(json));
      if (error?.kind === 'ValueError')
        assert.throws(() => modelToDot(model, options), { message: error.message });
      // Keras fails for masks of nested models.
      else if (error) assert.match(modelToDot(model, options), /^digraph/);
      else
        assert.deepEqual(
          parsed(modelToDot(model, options)),
          JSON.parse(escaped(JSON.stringify(graph))),
          JSON.stringify(options),
        );
    }
  });

/** The rectangles of boxes, by id, and the corners of the edges in an SVG file. */
function drawn(svg) {
  const attributes = (tag) => Object.fromEntries([...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value])); // prettier-ignore
  const boxes = {};
  for (const [, id, body] of svg.matchAll(/<g data-layer="([^"]*)">(.*?)<\/g>/gs)) {
    const { x, y, width, height } = attributes(body.match(/<rect[^>]*>/g).at(-1));
    boxes[id] = { left: +x, top: +y, right: +x + +width, bottom: +y + +height };
  }
  const paths = [...svg.matchAll(/<path d="([^"]*)" fill="none"/g)].map(
    ([, d]) =>
    d.split(/[MLQ ]+/).filter(Boolean).map(Number), // prettier-ignore
  );
  return { boxes, edges: paths.map((d) => ({ from: d.slice(0, 2), to: d.slice(-2) })), svg: attributes(svg.match(/<svg[^>]*>/)[0]) }; // prettier-ignore
}

const touches = ([x, y], { left, top, right, bottom }) =>
  x >= left - 1 && x <= right + 1 && y >= top - 1 && y <= bottom + 1;

function towers() {
  const { model } = recorded.models.find(({ name }) => name === 'parallel_towers');
  return keras.modelFromJson(JSON.stringify(model));
}

for (const rankdir of ['TB', 'LR', 'BT', 'RL'])
  for (const splines of ['ortho', 'curved', 'polyline', 'spline', 'line'])
    test(`plotModel draws separate boxes and edges between them: ${rankdir}, ${splines}`, async () => {
      const options = {
        rankdir,
        splines,
        expandNested: true,
        showShapes: true,
        showLayerNames: true,
      };
      const { boxes, edges, svg } = drawn(await plotModel(towers(), options));
      const names = Object.keys(boxes);
      assert.deepEqual(names.sort(), ['concatenate', 'pair/a', 'pair/b', 'pair/shared', 'pair/sum', 'stack/first', 'stack/second', 'x', 'y']); // prettier-ignore
      const [left, top, width, height] = svg.viewBox.split(' ').map(Number);
      for (const name of names) {
        const box = boxes[name];
        assert.ok(box.left >= left && box.right <= left + width, name);
        assert.ok(box.top >= top && box.bottom <= top + height, name);
        for (const other of names) {
          if (other === name) continue;
          const { left, right, top, bottom } = boxes[other];
          const apart =
            left >= box.right || right <= box.left || top >= box.bottom || bottom <= box.top;
          assert.ok(apart, `${name} overlaps ${other}`);
        }
      }
      assert.equal(edges.length, 11);
      const ends = edges.map(({ from, to }) => [from, to].map((end) => names.filter((name) => touches(end, boxes[name])))); // prettier-ignore
      for (const [from, to] of ends) assert.deepEqual([from.length, to.length], [1, 1]);
      assert.ok(ends.some(([[from], [to]]) => from === 'stack/second' && to === 'pair/a'));
      const axis = { TB: 'top', BT: 'top', LR: 'left', RL: 'left' }[rankdir];
      const isForward = boxes.x[axis] < boxes.concatenate[axis];
      assert.equal(isForward, rankdir === 'TB' || rankdir === 'LR');
    });

test('dpi scales the drawing', async () => {
  const [small, large] = await Promise.all([72, 144].map(async (dpi) => drawn(await plotModel(towers(), { dpi })).svg)); // prettier-ignore
  assert.ok(Math.abs(Number(large.width) - 2 * Number(small.width)) < 0.02);
  assert.equal(large.viewBox, small.viewBox);
});

test('names cannot become elements of the drawing', async () => {
  const name = '<script>&"\u0001';
  const model = new keras.Sequential([keras.Input({ shape: [2] }), new keras.layers.Dense({ units: 1, name })]); // prettier-ignore
  const svg = await plotModel(model, { showLayerNames: true });
  assert.match(svg, /&lt;script&gt;&amp;&quot;\ufffd/);
  assert.doesNotMatch(svg, /<script/);
  assert.match(modelToDot(model), /&lt;script&gt;&amp;"/);
});

test('a subclassed model is a single box', async () => {
  class Twice extends keras.Model {
    static className = 'Twice';
    constructor(options) {
      super(options);
      this.dense = new keras.layers.Dense({ units: 2 });
    }
    call(x) {
      return this.dense.apply(x);
    }
  }
  const model = new Twice({ name: 'twice' });
  await assert.rejects(plotModel(model), /This model has not yet been built/);
  model.predict([[1, 2]]);
  const { boxes, edges } = drawn(await plotModel(model, { showShapes: true, showTrainable: true }));
  assert.deepEqual([Object.keys(boxes), edges], [['twice'], []]);
});

test('the drawing is written to a file', async () => {
  const model = towers();
  const path = join(folder, 'model.svg');
  const svg = await plotModel(model, { toFile: path, showShapes: true });
  assert.equal(readFileSync(path, 'utf8'), svg);
  await plotModel(model, { to_file: join(folder, 'model.dot'), show_dtype: true });
  assert.match(readFileSync(join(folder, 'model.dot'), 'utf8'), /^digraph G \{.*Output dtype/s);
  await assert.rejects(
    plotModel(model, { toFile: 'model.png' }),
    /files that end in \.svg or \.dot/,
  );
});

test('wrong arguments are refused with the sentences of Keras', async () => {
  const model = towers();
  const refused = [
    [{ layer_range: ['a', 'b'] }, 'ValueError', /^Argument `layer_range` is no longer supported\.$/],
    [{ showShape: true }, 'ValueError', /^Unrecognized keyword arguments: \{'showShape': true\}.*Did you mean 'showShapes'/],
    [{ rankdir: 'UP' }, 'ValueError', /rankdir must be one of 'TB'/],
    [{ splines: 'round' }, 'ValueError', /splines must be one of/],
    [{ dpi: 0 }, 'ValueError', /dpi must be a positive number/],
    ['model.svg', 'TypeError', /takes an object of options/],
  ]; // prettier-ignore
  for (const [options, kind, message] of refused) {
    await assert.rejects(plotModel(model, options), { kind, message });
    assert.throws(() => modelToDot(model, options), { kind, message });
  }
  await assert.rejects(plotModel({}), /takes a model/);
});

test('a model of a thousand layers is drawn', async () => {
  const inputs = keras.Input({ shape: [4] });
  let x = inputs;
  for (let i = 0; i < 250; ++i) {
    const branch = new keras.layers.ReLU().apply(new keras.layers.Dense({ units: 4 }).apply(x));
    x = new keras.layers.Identity().apply(keras.ops.add(branch, x));
  }
  const { boxes, edges } = drawn(await plotModel(new keras.Model({ inputs, outputs: x })));
  assert.deepEqual([Object.keys(boxes).length, edges.length], [1001, 1250]);
});
