// Refused names, options and hostile files, as Keras's saving/saving_lib_test checks them.
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { deflateSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { membersOf, packed } from '../support/archives.mjs';
import {
  Input,
  KerasTypeError,
  Layer,
  loadModel,
  Model,
  registerKerasSerializable,
  saveModel,
  Sequential,
  ValueError,
} from '../support/keras.mjs';
import { dense } from '../support/scenarios.mjs';
import { savedFile, withFolder } from '../support/saved_files.mjs';
import { OwnSaving } from '../support/saving_classes.mjs';
import { warningsOf } from '../support/warnings.mjs';

const small = () => new Sequential([Input({ shape: [4] }), dense(3, 'd')]);

async function rejects(promise, Class, ...messages) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof Class, `raised ${error?.name}: ${error?.message}`);
    for (const message of messages) assert.match(error.message, message);
    return true;
  });
}

for (const [what, save] of Object.entries({
  saveModel: (...args) => saveModel(small(), ...args),
  'model.save': (...args) => small().save(...args),
})) {
  test(`${what} refuses unknown names and options`, async () => {
    await withFolder(async (folder) => {
      const path = (name) => join(folder, name);
      await rejects(
        save(path('mymodel'), { saveFormat: 'keras' }),
        ValueError,
        /argument is deprecated/,
      );
      await rejects(save(path('mymodel.notkeras')), ValueError, /Invalid filepath extension/);
      await rejects(
        save(path('mymodel.keras'), { invalidArg: 'hello' }),
        ValueError,
        /are not supported: \['invalidArg'\]/,
      );
      assert.deepEqual(await readdir(folder), []);
      const heard = await warningsOf(() => save(path('mymodel.keras'), { saveFormat: 'keras' }));
      assert.match(heard[0], /argument is deprecated in Keras 3/);
      await rejects(save(path('mymodel.keras'), { overwrite: false }), Error, /exists already/);
    });
  });
}

test('a missing file and a file of another kind are refused', async () => {
  await rejects(
    loadModel('non_existent.keras'),
    ValueError,
    /Please ensure the file is an accessible `\.keras` zip file/,
  );
  await withFolder(async (folder) => {
    const path = join(folder, 'my_saved_model');
    await writeFile(path, 'nothing that Keras knows');
    await rejects(loadModel(path), ValueError, /^File format not supported: filepath=/);
  });
});

test('a class without fromConfig that does not extend a Keras class cannot be revived', async () => {
  class GrowthFactor {
    static className = 'GrowthFactor';
    getConfig() {
      return { factor: 0.5 };
    }
  }
  registerKerasSerializable()(GrowthFactor);
  const inputs = Input({ shape: [4, 4] });
  const model = new Model({ inputs, outputs: dense(1, 'd').apply(inputs) });
  const file = membersOf(await saveModel(model));
  file.config.config.layers[1].config.activation = {
    module: null,
    class_name: 'GrowthFactor',
    config: { factor: 0.5 },
    registered_name: 'Custom>GrowthFactor',
  };
  const changed = {
    ...file.members,
    'config.json': new TextEncoder().encode(JSON.stringify(file.config)),
  };
  await rejects(
    loadModel(packed(changed)),
    KerasTypeError,
    /Unable to reconstruct an instance of 'GrowthFactor' because the class is missing a `from_config\(\)` method/,
  );
});

test('a layer that does not revive the layers in its config gets an error that says so', async () => {
  class Factor extends Layer {
    static className = 'Factor';
    call(x) {
      return x;
    }
  }
  class Complex extends Layer {
    static className = 'Complex';
    constructor({ firstLayer, first_layer: given = firstLayer, ...options }) {
      super(options);
      this.firstLayer = given;
    }
    call(x) {
      return this.firstLayer.apply(x);
    }
    getConfig() {
      return { ...super.getConfig(), first_layer: { class_name: 'Factor', config: {} } };
    }
  }
  const inputs = Input({ shape: [32] });
  const outputs = new Complex({ firstLayer: new Factor() }).apply(inputs);
  const bytes = await saveModel(new Model({ inputs, outputs }));
  await assert.rejects(loadModel(bytes, { customObjects: { Complex, Factor } }), (error) => {
    // The class's error is raised unchanged; Keras's sentence is a note on it.
    assert.match(error.message, /firstLayer\.apply is not a function/);
    assert.match(error.notes.join('\n'), /are explicitly deserialized/);
    return true;
  });
});

// --- Hostile files ---

const hostile = (name) => savedFile(`hostile/${name}.weights.h5`);

for (const [name, message] of Object.entries({
  soft_link: /Not allowed: H5 file with SoftLink/,
  external_link: /Not allowed: H5 file with ExternalLink/,
  external_data: /Not allowed: H5 file with external Dataset/,
  virtual_data: /Not allowed: H5 file with virtual Dataset/,
  shape_bomb: /Not allowed: H5 dataset .* declares 8\.00 PB .* decompression\/shape bomb/,
})) {
  test(`weights with a ${name.replace('_', ' ')} are refused`, async () => {
    const model = small();
    const before = model.getWeights().map((value) => value.array());
    await rejects(model.loadWeights(hostile(name)), ValueError, message);
    assert.deepEqual(
      model.getWeights().map((value) => value.array()),
      before,
    );
    const file = membersOf(await saveModel(model));
    const archive = packed({ ...file.members, 'model.weights.h5': hostile(name) });
    await rejects(loadModel(archive), ValueError, message);
  });
}

/** The archive with a member that declares a size of `size` bytes. */
async function bomb(name, size) {
  const { members } = membersOf(await saveModel(small()));
  const bytes = zipSync({ ...members, [name]: [new Uint8Array(4096), { level: 9 }] }, { level: 0 });
  const view = new DataView(bytes.buffer);
  const encoded = new TextEncoder().encode(name);
  // The size is at byte 22 of the local header and byte 24 of the central one; the name follows.
  for (let at = 0; at + encoded.length < bytes.length; ++at) {
    if (!encoded.every((byte, i) => bytes[at + i] === byte)) continue;
    if (view.getUint32(at - 30, true) === 0x04034b50) view.setUint32(at - 30 + 22, size, true);
    if (at >= 46 && view.getUint32(at - 46, true) === 0x02014b50)
      view.setUint32(at - 46 + 24, size, true);
  }
  return bytes;
}

for (const name of ['config.json', 'model.weights.h5', 'assets/bomb.bin']) {
  test(`an archive whose ${name} would exhaust memory is refused`, async () => {
    await rejects(loadModel(await bomb(name, 3e8)), ValueError, /decompression bomb/);
  });
}

test('a large member that is stored or barely compressed is accepted', async () => {
  const { members } = membersOf(await saveModel(small()));
  const noise = Uint8Array.from({ length: 1e5 }, (_, i) => (i * i * 31) >> 3);
  for (const level of [0, 9])
    assert.ok(await loadModel(zipSync({ ...members, 'extra.bin': [noise, { level }] }, { level })));
  assert.ok(deflateSync(noise).length > 0);
});

for (const path of [
  'assets/../escape',
  'assets/a/../../escape',
  'assets/..\\escape',
  'assets//abs',
]) {
  test(`an asset at ${path} is refused`, async () => {
    const { members } = membersOf(await saveModel(small()));
    const archive = packed({ ...members, [path]: new Uint8Array([1]) });
    await rejects(loadModel(archive), ValueError, /Invalid asset path/);
  });
}

test('a layer cannot store a file outside its folder', async () => {
  class Escapes extends OwnSaving {
    static className = 'Escapes';
    saveAssets(folder) {
      folder.set('../escape', 'text');
    }
  }
  const model = new Sequential([Input({ shape: [4] }), new Escapes()]);
  await rejects(saveModel(model), ValueError, /Invalid asset path: '\.\.\/escape'/);
});

// --- Options of loadWeights ---

const file = (name) => readFile(new URL(`../fixtures/files/${name}`, import.meta.url));

test('options for other kinds of files are refused', async () => {
  const model = small();
  const skip = { objectsToSkip: [model.layers[0]] };
  const onlyWeights = /`objects_to_skip` only supports loading '\.weights\.h5' files/;
  const onlyLegacy = /`by_name` only supports loading legacy '\.h5' or '\.hdf5' files/;
  const archive = await saveModel(model);
  await rejects(model.loadWeights(archive, skip), ValueError, onlyWeights);
  await rejects(model.loadWeights(archive, { byName: true }), ValueError, onlyLegacy);
  await rejects(
    model.loadWeights(await model.saveWeights(), { byName: true }),
    ValueError,
    onlyLegacy,
  );
  await rejects(
    model.loadWeights(new Uint8Array(await file('legacy_sequential.h5')), skip),
    ValueError,
    onlyWeights,
  );
  await rejects(
    model.loadWeights(archive, { foo: 1 }),
    ValueError,
    /Invalid keyword arguments: \{'foo': 1\}/,
  );
  await rejects(
    model.loadWeights(new TextEncoder().encode('text')),
    ValueError,
    /File format not supported/,
  );
  await rejects(
    model.loadWeights(await model.saveWeights(), { objectsToSkip: [3] }),
    KerasTypeError,
    /objectsToSkip lists layers/,
  );
});
