// npm run generate: writes the TypeScript of classes and operations that the core describes, and the page of recipes.
// Needs the WASM of `npm run build`.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'prettier';
import { checkout } from '../lib/paths.mjs';
import { main, StepError } from '../lib/process.mjs';
import { classesModule } from './classes.mjs';
import { describe } from './describe.mjs';
import { activationsModule, operationsModule, quantizerFunctionsModule } from './operations.mjs';
import { recipesPage } from './recipes.mjs';

// The newest build of the variant `simd`, quick or not.
function newestBuild() {
  const builds = ['wasm/simd', 'wasm/simd-quick']
    .map((name) => join(checkout, 'build', name))
    .filter((folder) => existsSync(join(folder, 'keras.mjs')));
  const time = (folder) => statSync(join(folder, 'keras.wasm')).mtimeMs;
  return builds.sort((a, b) => time(b) - time(a))[0];
}

/** The generated files: paths in the checkout and contents. */
export async function generate(folder = newestBuild()) {
  if (folder === undefined)
    throw new StepError(
      'There is no WASM build yet: run `npm run build`. It may fail in TypeScript.',
    );
  const { classes, operations } = await describe(folder);
  const family = (what, name, base, isMember = () => true) =>
    classesModule({
      what,
      family: name,
      // keras.Layer itself is written by hand (web/layers/layer.ts).
      classes: classes[name].filter((each) => each.className !== base.name && isMember(each)),
      base,
      ownClass: base.options === undefined,
      identifiers: base.identifier && {
        family: name,
        identifier: base.identifier,
        result: `${base.name} | null`,
      },
    });
  const texts = {
    'web/layers/generated.ts': family('The layers of keras.layers.', 'layers', {
      name: 'Layer',
      from: './layer.js',
      options: 'LayerOptions',
      properties: ['name', 'trainable', 'dtype', 'activityRegularizer'],
    }),
    'web/families/initializers.ts': family(
      '`initializers`: the classes and functions of keras.initializers.',
      'initializers',
      {
        name: 'Initializer',
        from: './initializer.js',
        identifier: 'InitializerIdentifier',
      },
    ),
    'web/families/regularizers.ts': family(
      '`regularizers`: the classes and functions of keras.regularizers.',
      'regularizers',
      {
        name: 'Regularizer',
        from: './regularizer.js',
        identifier: 'RegularizerIdentifier',
      },
    ),
    'web/families/constraints.ts': family(
      '`constraints`: the classes and functions of keras.constraints.',
      'constraints',
      {
        name: 'Constraint',
        from: './constraint.js',
        identifier: 'ConstraintIdentifier',
      },
    ),
    'web/families/dtype_policies.ts': family(
      '`dtypePolicies`: the classes and functions of keras.dtype_policies.',
      'dtypePolicies',
      {
        name: 'DTypePolicy',
        from: './dtype_policy.js',
        identifier: 'DTypePolicyIdentifier',
        properties: ['name'],
      },
    ),
    'web/families/quantizer_classes.ts': family(
      'The quantizers of keras.quantizers.',
      'quantizers',
      { name: 'Quantizer', from: './quantizer.js' },
      ({ className }) => className.endsWith('Quantizer'),
    ),
    'web/families/quantization_configs.ts': family(
      'The quantization configs of keras.quantizers.',
      'quantizers',
      { name: 'QuantizationConfig', from: './quantization_config.js', properties: ['mode'] },
      ({ className }) => className.endsWith('Config'),
    ),
    'web/families/quantizer_functions.ts': quantizerFunctionsModule(operations),
    'web/ops/generated.ts': operationsModule(operations),
    'web/families/activations.ts': activationsModule(operations),
    'docs/recipes.md': recipesPage(),
  };
  const style = JSON.parse(readFileSync(join(checkout, '.prettierrc.json'), 'utf8'));
  const formatted = {};
  for (const [path, text] of Object.entries(texts))
    formatted[path] = path.endsWith('.ts')
      ? await format(text, { ...style, parser: 'typescript' })
      : text;
  return formatted;
}

/** The paths whose files in the checkout have other contents. */
export const staleFiles = (texts) =>
  Object.keys(texts).filter((path) => {
    const full = join(checkout, path);
    return !existsSync(full) || readFileSync(full, 'utf8') !== texts[path];
  });

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const texts = await generate();
    const stale = staleFiles(texts);
    for (const path of stale) writeFileSync(join(checkout, path), texts[path]);
    for (const path of Object.keys(texts))
      console.log(`${stale.includes(path) ? 'wrote    ' : 'unchanged'} ${path}`);
  });
}
