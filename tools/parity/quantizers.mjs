// Measures the functions of keras.quantizers on the calls of tools/fixtures/make_quantizers.py.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../lib/paths.mjs';

const file = join(checkout, 'js-tests/fixtures/quantizers.json');
const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const number = (value) => (value === 'inf' ? Infinity : value);
const numbers = (value) => (Array.isArray(value) ? value.map(numbers) : number(value));
const isTensor = (value) => value?.dtype !== undefined && value.data !== undefined;

function errorOf(got, want) {
  if (Array.isArray(want)) return Math.max(0, ...want.map((item, i) => errorOf(got[i], item)));
  if (!isTensor(want)) return got === want ? 0 : 1;
  const expected = [numbers(want.data)].flat(Infinity);
  const values = [got.array()].flat(Infinity);
  const largest = Math.max(...expected.filter(Number.isFinite).map(Math.abs)) || 1;
  const errors = expected.map((value, i) =>
    value === values[i] ? 0 : Math.abs(value - values[i]),
  );
  return Math.max(...errors) / largest;
}

/** Rows by name: how many calls and objects there are, and the largest error of a call. */
export function measureQuantizers(keras) {
  const { functions, objects } = JSON.parse(readFileSync(file, 'utf8'));
  const rows = new Map();
  const add = (name, error) => {
    const row = rows.get(name) ?? { cases: 0, worst: 0, failed: 0, computes: true };
    ++row.cases;
    row.worst = Math.max(row.worst, error);
    rows.set(name, row);
  };
  for (const { function: name, args, kwargs, result, error } of functions) {
    if (error) continue;
    const given = args.map((arg) => (isTensor(arg) ? keras.tensor(numbers(arg.data), null, arg.dtype) : arg)); // prettier-ignore
    add(name, errorOf(keras.quantizers[camelCase(name)](...given, keras.kwargs(kwargs)), result));
  }
  for (const { class_name: name, config } of objects) {
    if (!config?.result) continue;
    const again = keras.serializeKerasObject(keras.deserializeKerasObject(config.result));
    add(name, JSON.stringify(again) === JSON.stringify(config.result) ? 0 : 1);
  }
  return rows;
}
