// keras-wasm config: the config of a model or a layer as JSON.
import { text, type Subcommand } from '../command.js';
import { startWith } from '../engine.js';
import { naming } from '../failure.js';
import { indented } from '../indented_json.js';
import { print } from '../output.js';

export const config: Subcommand = {
  name: 'config',
  arguments: 'MODEL',
  count: [1, 1],
  summary: 'Prints the config of a model as model.to_json() of Keras writes it, indented.',
  options: {
    layer: { type: 'string', value: 'NAME', help: 'Print the config of this layer only.' },
    compact: { type: 'boolean', help: 'Print it in one line.' },
  },
  async run([path], options) {
    const model = await startWith(path!, options);
    const layer = text(options, 'layer');
    const json =
      layer === undefined
        ? model.toJson()
        : await naming(path!, () => JSON.stringify(model.getLayer(layer).getConfig()));
    await print(options['compact'] === true ? json : indented(json));
  },
};
