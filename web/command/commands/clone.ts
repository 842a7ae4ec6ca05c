// keras-wasm clone: a copy of a model, changed by hooks.
import { cloneModel, type CloneOptions, type CloneReport } from '../../index.js';
import { text, type Subcommand } from '../command.js';
import { importModule, madeBy, startWith } from '../engine.js';
import { naming } from '../failure.js';
import { print } from '../output.js';
import { checkModelPath, saveTo } from '../save.js';

export const clone: Subcommand = {
  name: 'clone',
  arguments: 'MODEL OUT',
  count: [2, 2],
  summary: 'Clones a model with cloneModel(), copies its weights, and saves the clone.',
  details: `--hooks names a JavaScript module. Its default function is called with the package and the model, and
returns options of cloneModel(): cloneFunction, callFunction, rename, ...

  export default ({ layers }) => ({
    cloneFunction: (layer) => (layer instanceof layers.Dropout ? new layers.Identity() : undefined),
  });

It may also export these options by name.`,
  options: {
    hooks: { type: 'string', value: 'MODULE', help: 'The module with the hooks.' },
    name: { type: 'string', value: 'NAME', help: 'Name of the clone.' },
    recursive: { type: 'boolean', help: 'Apply the hooks inside nested models.' },
    'as-functional': { type: 'boolean', help: 'Make a Functional model of a Sequential one.' },
    'keep-trainable': { type: 'boolean', help: 'Keep `trainable` where Keras loses it.' },
    'new-weights': { type: 'boolean', help: 'Initialize new weights instead of copying them.' },
  },
  async run([path, out], options) {
    checkModelPath(out!);
    const hooks = text(options, 'hooks');
    const module = hooks === undefined ? undefined : await importModule(hooks);
    const model = await startWith(path!, options);
    let report: CloneReport | undefined;
    const { default: _, ...made } = (
      module ? await naming(hooks!, () => madeBy(module, model)) : {}
    ) as {
      default?: unknown;
    };
    const name = text(options, 'name');
    const given: CloneOptions = {
      copyWeights: options['new-weights'] !== true,
      onReport: (each) => (report = each),
      ...flag('recursive', options['recursive']),
      ...flag('asFunctional', options['as-functional']),
      ...flag('keepTrainable', options['keep-trainable']),
      ...(name === undefined ? {} : { name }),
      ...made,
    };
    const copy = await naming(path!, () => cloneModel(model, given));
    await saveTo(copy, out!);
    const copied = report?.copied.length ?? 0;
    const skipped = report?.skipped.length ?? 0;
    await print(
      options['json'] === true
        ? JSON.stringify({ file: out, layers: copy.layers.length, copied, skipped })
        : `${out}: ${copy.layers.length} layers, ${copied} weights copied${skipped ? `, ${skipped} skipped` : ''}`,
    );
  },
};

const flag = (name: keyof CloneOptions, value: unknown): CloneOptions =>
  value === true ? { [name]: true } : {};
