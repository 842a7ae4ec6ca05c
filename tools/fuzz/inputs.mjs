// Fuzzing inputs: fixtures of every format that the package reads, mutated as determined by their number.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { filesBelow } from '../lib/files.mjs';
import { checkout } from '../lib/paths.mjs';
import { mutateBytes } from './byte_mutations.mjs';
import { mutateJson, stringify } from './json_mutations.mjs';
import { Random } from './random.mjs';

const largest = 300_000; // bytes of a fixture: large ones take time without reaching more code

/** Names of the formats that can be selected. */
export const formats = [
  ...['config', 'keras', 'zip', 'hdf5', 'weights', 'shards'],
  ...['safetensors', 'npz', 'tfjs'],
];

/** Reads the fixtures once. `classNames` may replace class names in configs. */
export class Inputs {
  #archives;
  #models;
  #weights;
  #configs;
  #arrays = arrayFiles();
  #folders = tfjsFolders();
  #classNames;

  constructor(classNames) {
    this.#classNames = classNames;
    const files = ['js-tests/fixtures', 'demo/models'].flatMap((folder) =>
      filesBelow(join(checkout, folder), '.keras', '.h5'),
    );
    const read = files
      .map((path) => ({ name: basename(path), bytes: readFileSync(path) }))
      .filter(({ bytes }) => bytes.length <= largest);
    const ending = (end) => read.filter(({ name }) => name.endsWith(end));
    this.#archives = ending('.keras').flatMap(({ name, bytes }) => {
      try {
        const members = unzipSync(bytes);
        return 'config.json' in members ? [{ name, bytes, members }] : [];
      } catch {
        return []; // a deliberately broken fixture
      }
    });
    this.#weights = ending('.weights.h5')
      .map((file) => ({ ...file, json: modelOf(file.name) }))
      .filter(({ json }) => json !== undefined);
    this.#models = ending('.h5').filter(({ name }) => !name.endsWith('.weights.h5'));
    this.#configs = [
      ...this.#archives.map(({ name, members }) => ({
        name,
        text: strFromU8(members['config.json']),
      })),
      ...goldenConfigs(),
    ];
  }

  /** Input number `number`: `{ name, format, open }`, where `open(package)` makes the package read it. */
  make(number, chosen = formats) {
    const random = new Random(number);
    const format = random.pick(chosen);
    return { format, ...this.#makers[format](random) };
  }

  #makers = {
    config: (random) => {
      const { name, text } = random.pick(this.#configs);
      const json = this.#changedJson(text, random);
      return { name, bytes: strToU8(json), open: (K) => K.modelFromJson(json) };
    },
    keras: (random) => {
      const { name, members } = random.pick(this.#archives);
      const changed = { ...members };
      const config = () => this.#changedJson(strFromU8(members['config.json']), random);
      const assets = Object.keys(members).filter((each) => each.startsWith('assets/'));
      const parts = ['config.json', 'config.json', 'metadata.json', 'model.weights.h5'];
      const part = random.pick([...parts, ...assets]);
      if (part === 'config.json') changed[part] = strToU8(config());
      else if (part === 'metadata.json')
        changed[part] = strToU8(this.#changedJson(strFromU8(members[part]), random));
      else if (members[part]) changed[part] = mutateBytes(members[part], random, 'hdf5');
      if (random.chance(0.05)) delete changed[random.pick(Object.keys(changed))];
      return model(name, zipSync(changed, { level: 0 }));
    },
    zip: (random) => {
      const { name, bytes } = random.pick(this.#archives);
      return model(name, mutateBytes(bytes, random, 'zip'));
    },
    hdf5: (random) => {
      const { name, bytes } = random.pick(this.#models);
      return model(name, mutateBytes(bytes, random, 'hdf5'));
    },
    weights: (random) => {
      const { name, bytes, json } = random.pick(this.#weights);
      const changed = mutateBytes(bytes, random, 'hdf5');
      return { name, bytes: changed, open: loading(json, changed) };
    },
    shards: (random) => {
      const shard = 'a.weights.h5';
      const index = { metadata: { total_size: 64 }, weight_map: { '/layers/dense/vars': [shard] } };
      mutateJson(index, random);
      const { name, bytes, json } = random.pick(this.#weights);
      const files = {
        'x.weights.json': strToU8(stringify(index)),
        [shard]: random.chance(0.5) ? bytes : mutateBytes(bytes, random, 'hdf5'),
      };
      return { name, bytes: files['x.weights.json'], open: loading(json, files) };
    },
    safetensors: (random) => {
      const { name, safetensors, json } = random.pick(this.#arrays);
      const changed = mutateBytes(safetensors, random, 'safetensors');
      return { name, bytes: changed, open: loading(json, changed) };
    },
    npz: (random) => {
      const { name, npz, json } = random.pick(this.#arrays);
      const members = unzipSync(npz);
      const member = random.pick(Object.keys(members));
      members[member] = mutateBytes(members[member], random, 'npy');
      const changed = random.chance(0.5)
        ? zipSync(members, { level: random.pick([0, 6]) })
        : mutateBytes(npz, random, 'zip');
      return { name, bytes: changed, open: loading(json, changed) };
    },
    tfjs: (random) => {
      const { name, files } = random.pick(this.#folders);
      const changed = { ...files };
      const part = random.chance(0.7) ? 'model.json' : random.pick(Object.keys(files));
      if (part === 'model.json')
        changed[part] = strToU8(this.#changedJson(strFromU8(files[part]), random));
      else changed[part] = mutateBytes(files[part], random, 'zip');
      return { name, bytes: changed[part], open: (K) => K.loadModel(changed) };
    },
  };

  #changedJson(text, random) {
    const value = JSON.parse(text);
    mutateJson(value, random, this.#classNames);
    return stringify(value);
  }
}

/** Weights by name and the models they are for. */
function arrayFiles() {
  const folder = join(checkout, 'js-tests/fixtures/arrays');
  return filesBelow(folder, '.safetensors')
    .filter((path) => existsSync(path.replace('.safetensors', '.npz')))
    .map((path) => ({ path, record: path.replace('.safetensors', '.json') }))
    .map(({ path, record }) => ({ path, json: JSON.parse(readFileSync(record, 'utf8')).to_json }))
    .filter(({ json }) => json !== undefined)
    .map(({ path, json }) => ({
      name: basename(path),
      json: JSON.stringify(json),
      safetensors: readFileSync(path),
      npz: readFileSync(path.replace('.safetensors', '.npz')),
    }));
}

/** Models of TensorFlow.js: their files by name. */
function tfjsFolders() {
  const folder = join(checkout, 'js-tests/fixtures/tfjs');
  return filesBelow(folder, 'model.json').map((path) => ({
    name: basename(dirname(path)),
    files: Object.fromEntries(
      filesBelow(dirname(path), '.json', '.bin').map((file) => [
        basename(file),
        readFileSync(file),
      ]),
    ),
  }));
}

function model(name, bytes) {
  return { name, bytes, open: (K) => K.loadModel(new Uint8Array(bytes)) };
}

function loading(json, source) {
  return async (K) => {
    const model = K.modelFromJson(json);
    try {
      await model.loadWeights(source);
    } catch (error) {
      model.dispose();
      throw error;
    }
    return model;
  };
}

// The record beside a weights file names its model, if there is one.
function modelOf(name) {
  const path = join(checkout, 'js-tests/fixtures/files', `${name}.json`);
  if (!existsSync(path)) return undefined;
  return JSON.stringify(JSON.parse(readFileSync(path, 'utf8')).to_json);
}

/** Configs of layers, a few per layer: `{ name, text }`. */
export function* goldenConfigs() {
  const folder = join(checkout, 'native-tests/fixtures/golden');
  for (const path of filesBelow(folder, '.json')) {
    const { cases } = JSON.parse(readFileSync(path, 'utf8'));
    for (const each of (cases ?? []).slice(0, 4))
      if (each.to_json) yield { name: basename(path), text: JSON.stringify(each.to_json) };
  }
}
