// Measures the models of keras.applications: whether they open with Keras's config, and how far predictions are from Keras's
// (tools/fixtures/make_applications.py).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { checkout } from '../lib/paths.mjs';
import { fillInput, fillWeights } from '../lib/filler.mjs';

const folder = join(checkout, 'js-tests/fixtures/applications');

const relativeError = (tensor, { step, largest, values }) => {
  const got = tensor.data();
  return Math.max(...values.map((value, i) => Math.abs(value - got[i * step]))) / largest;
};

/** Rows by name: how many configs and predictions there are, and the largest error of a prediction. */
export function measureApplications(keras) {
  const rows = new Map();
  for (const file of readdirSync(folder)) {
    const fixture = JSON.parse(gunzipSync(readFileSync(join(folder, file))));
    const row = { cases: 0, worst: 0, failed: 0, computes: false };
    const open = (text) => {
      const model = keras.modelFromJson(text);
      ++row.cases;
      if (model.toJson() !== text) ++row.failed;
      return model;
    };
    for (const text of fixture.default) open(text).dispose();
    if (fixture.computed) {
      const {
        model: text,
        withoutTop,
        shape,
        input,
        ranges,
        predicted,
        features,
      } = fixture.computed;
      const count = shape.reduce((product, size) => product * size, 1);
      const x = keras.tensor(fillInput(0, count, input), shape);
      const model = open(text);
      const weights = fillWeights(keras, model.weights, ranges);
      model.setWeights(weights);
      const base = open(withoutTop);
      base.setWeights(weights.slice(0, base.weights.length));
      row.computes = true;
      row.worst = Math.max(
        relativeError(model.predict(x), predicted),
        relativeError(base.predict(x), features),
      );
      for (const each of [model, base, ...weights]) each.dispose();
    }
    rows.set(file.replace('.json.gz', ''), row);
  }
  return rows;
}
