// A plain stack of layers.

import { core } from '../boundary/core.js';
import type { CustomObjects, RevivalNames } from '../serialization/custom_objects.js';
import { atPath, KerasTypeError, ValueError } from '../errors/errors.js';
import { writeJson } from '../boundary/json.js';
import { customClass } from '../custom_classes/custom_class.js';
import { Layer, layerMethods } from '../layers/layer.js';
import { Model } from './model.js';
import { pack, packConfig, packText, unpack } from '../boundary/codec.js';
import { reviveNaming, type KerasClass } from '../serialization/object.js';
import { readOptions } from '../boundary/option_reader.js';
import type { RawObject } from '../boundary/raw.js';
import { Adopted, builtinName, wrapObject, type CoreObject } from '../boundary/registry.js';
import { ownName } from '../base/registered_names.js';
import type { KerasTensor } from '../tensors/tensor.js';
import type { AnyClass } from '../base/callable.js';
import type { Config } from '../base/config.js';

/** Options of `new Sequential`. */
export interface SequentialOptions {
  /** Name of the model; an automatic one by default. */
  name?: string | null;
  /** Whether training changes the weights. True by default. */
  trainable?: boolean | null;
}

/**
 * A plain stack of layers, each with one input and one output:
 *
 * ```js
 * const model = new Sequential([Input({ shape: [784] }), new layers.Dense({ units: 10, activation: 'softmax' })]);
 * ```
 *
 * Without an Input the weights are created by the first call.
 */
export class Sequential extends Model {
  static override readonly className: string = 'Sequential';

  constructor(
    layers: readonly (Layer | KerasTensor)[] | null = [],
    options: SequentialOptions = {},
  ) {
    const own = builtinName(new.target) === undefined;
    const made: object =
      layers instanceof Adopted
        ? layers
        : new Adopted(create(new.target, layers ?? [], options, own));
    super(made);
    if (own && !(layers instanceof Adopted)) this.#addAll(layers ?? []);
  }

  #addAll(layers: readonly unknown[]): void {
    const last = layers.length - 1;
    layers.forEach((layer, i) => core().sequentialAdd(this.raw, packLayer(layer), i === last));
  }

  /**
   * Appends a layer.
   *
   * @throws ValueError for anything that is not a layer, for a second Input, and for a name that another layer has.
   */
  add(layer: Layer | KerasTensor): void {
    core().sequentialAdd(this.raw, packLayer(layer), true);
  }

  /**
   * Removes the last layer and returns it.
   *
   * @throws IndexError when the model has no layers.
   */
  pop(): Layer {
    return wrapObject(core().sequentialPop(this.raw)) as Layer;
  }

  /** Creates a model of this class from the config that `getConfig()` returned. */
  static override fromConfig<T extends CoreObject>(
    this: KerasClass<T>,
    config: Config,
    customObjects?: CustomObjects | null,
    options: Pick<RevivalNames, 'lambdas'> = {},
  ): T {
    return reviveNaming({ customObjects, ...options }, config, () =>
      sequentialFromConfig(this, config),
    );
  }
}

function packLayer(layer: unknown): ReturnType<typeof pack> {
  return pack(layer, 'The layer');
}

function create(
  target: AnyClass & { readonly name: string },
  layers: readonly unknown[],
  options: SequentialOptions | null,
  own: boolean,
): RawObject {
  const { name = null, trainable = null } = readOptions(ownName(target), options, {
    name: true,
    trainable: true,
  });
  if (!Array.isArray(layers))
    throw new ValueError('The layers of a Sequential model are an array.');
  if (!own) return core().sequentialCreate(pack({ layers, name, trainable }, 'The model'));
  const index = customClass(target, Layer, 'model', layerMethods);
  return core().extendedSequentialCreate(index, pack({ name, trainable }, 'The model'));
}

function sequentialFromConfig<T extends CoreObject>(Class: KerasClass<T>, config: Config): T {
  const name = builtinName(Class);
  if (name) {
    return wrapObject(
      core().objectFromConfig(name.module, name.className, packConfig(config)),
    ) as T;
  }
  if (config['name'] === undefined || !Array.isArray(config['layers']))
    throw new ValueError(
      `A Sequential model configuration must be a dictionary containing the 'name' and 'layers' keys. Received: config=${writeJson(config)}`,
    );
  const Own = Class as KerasClass<CoreObject> as new (...args: unknown[]) => T & Sequential;
  const model = new Own([], { name: config['name'] as string });
  if (model.layers.length > 0)
    throw new KerasTypeError(
      `${ownName(Class)}.__init__() got an unexpected keyword argument 'name': fromConfig() makes the model by new ${ownName(Class)}([], { name }) and adds the layers of the config, but this constructor makes layers of its own. Define a fromConfig() for it.`,
    );
  config['layers'].forEach((record, i) => {
    const layer = atPath(`layers[${i}]`, () =>
      unpack(core().deserialize(packText(writeJson(record)), true)),
    );
    model.add(layer as Layer);
  });
  const shape = config['build_input_shape'] as (number | null)[] | undefined;
  if (!model.built && shape) model.build(shape);
  return model;
}
