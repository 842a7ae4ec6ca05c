// subModel: a part of a model as a model.

import { core } from '../boundary/core.js';
import { KerasTypeError } from '../errors/errors.js';
import type { Functional, Model } from './model.js';
import { pack } from '../boundary/codec.js';
import type { Operation } from '../ops/operation.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import { wrapObject } from '../boundary/registry.js';
import type { KerasTensor } from '../tensors/tensor.js';

/**
 * Tensors of a model, also nested in arrays and objects:
 *
 * - a KerasTensor of the graph;
 * - a layer, or its name: what goes into it where an input is asked for, what comes out of it where an output is, so that
 *   both ends are part of the part;
 * - `'dense:0'`: the first output of that layer, also as an input;
 * - `'dense@1'`, `'dense@1:0'`: the same of the second call of a layer that the model calls several times.
 */
export type ModelPart =
  KerasTensor | Operation | string | readonly ModelPart[] | { readonly [key: string]: ModelPart };

/** What `model.subModel` takes. */
export interface SubModelOptions {
  /** Where the part begins; the inputs of the model by default. */
  inputs?: ModelPart | null;
  /** Where it ends. */
  outputs: ModelPart;
  /** Name of the part; an automatic one by default. */
  name?: string | null;
}

const subModelOptions: OptionNames<SubModelOptions> = { inputs: true, outputs: true, name: true };

/** The part of a model between some of its tensors. @internal Users call `model.subModel`. */
export function subModel(model: Model, options: SubModelOptions): Functional {
  const read = readOptions('subModel()', options, subModelOptions);
  const { inputs = null, outputs, name = null } = read;
  if (outputs === undefined || outputs === null)
    throw new KerasTypeError(
      'subModel() needs outputs: a KerasTensor, a layer, or the name of one.',
    );
  const packed = pack({ inputs, hasInputs: inputs !== null, outputs, name }, 'The part');
  return wrapObject(core().modelSubModel(model.raw, packed)) as unknown as Functional;
}
