// model.subModel: a part of a model as a model.

import { core } from '../boundary/core.js';
import { KerasTypeError } from '../errors/errors.js';
import { pack } from '../boundary/codec.js';
import type { Operation } from '../ops/operation.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import type { RawObject } from '../boundary/raw.js';
import type { KerasTensor } from '../tensors/tensor.js';

/**
 * Tensors of a model, or such tensors nested in arrays and objects:
 *
 * - a KerasTensor of the graph;
 * - a layer, or its name: as `inputs`, the input of the layer; as `outputs`, its output. Both layers belong to the part;
 * - `'dense:0'`: the first output of that layer, also as `inputs`;
 * - `'dense@1'`, `'dense@1:0'`: the same for the second call of a layer that the model calls several times.
 */
export type ModelPart =
  KerasTensor | Operation | string | readonly ModelPart[] | { readonly [key: string]: ModelPart };

/** Options of `model.subModel`. */
export interface SubModelOptions {
  /** The inputs of the part; the model's inputs by default. */
  inputs?: ModelPart | null;
  /** The outputs of the part. */
  outputs: ModelPart;
  /** Name of the part; an automatic one by default. */
  name?: string | null;
}

const subModelOptions: OptionNames<SubModelOptions> = { inputs: true, outputs: true, name: true };

/** The core's handle of the part of a model between some of its tensors. @internal */
export function subModel(model: RawObject, options: SubModelOptions): RawObject {
  const read = readOptions('subModel()', options, subModelOptions);
  const { inputs = null, outputs, name = null } = read;
  if (outputs === undefined || outputs === null)
    throw new KerasTypeError(
      'subModel() needs outputs: a KerasTensor, a layer, or the name of one.',
    );
  const packed = pack({ inputs, hasInputs: inputs !== null, outputs, name }, 'The part');
  return core().modelSubModel(model, packed);
}
