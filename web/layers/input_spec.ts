// keras.layers.InputSpec: what a layer expects of its inputs.

import { core } from '../boundary/core.js';
import { KerasTypeError, ValueError } from '../errors/errors.js';
import { parseJson, writeJson } from '../boundary/json.js';
import { readOptions, type OptionNames } from '../boundary/option_reader.js';
import type { RawObject } from '../boundary/raw.js';
import type { DType, Shape } from '../base/config.js';

/** Options of `InputSpec`. What is left out may have any value. */
export interface InputSpecOptions {
  dtype?: DType | null;
  /** Shape with the batch size; `null` for sizes that may have any value. */
  shape?: Shape | null;
  ndim?: number | null;
  maxNdim?: number | null;
  minNdim?: number | null;
  /** Sizes of some axes by index; negative indices count from the end. */
  axes?: Readonly<Record<number, number>> | null;
  /** Whether inputs may have one axis more or less, if their last axis has the size 1. */
  allowLastAxisSqueeze?: boolean;
  name?: string | null;
  /** Whether the input may be `null`. */
  optional?: boolean;
}

const optionNames: OptionNames<InputSpecOptions> = {
  dtype: true,
  shape: true,
  ndim: true,
  maxNdim: true,
  minNdim: true,
  axes: true,
  allowLastAxisSqueeze: true,
  name: true,
  optional: true,
};

/**
 * The rank, shape, axis sizes and dtype that an input of a layer must have. A call with other inputs throws a ValueError
 * that says what does not fit.
 */
export class InputSpec {
  readonly dtype: DType | null;
  readonly shape: Shape | null;
  readonly ndim: number | null;
  readonly maxNdim: number | null;
  readonly minNdim: number | null;
  readonly axes: Readonly<Record<number, number>>;
  readonly allowLastAxisSqueeze: boolean;
  readonly name: string | null;
  readonly optional: boolean;

  constructor(given: InputSpecOptions = {}) {
    const options = readOptions('InputSpec', given, optionNames);
    const { shape = null, ndim = null, axes, allowLastAxisSqueeze, optional } = options;
    this.dtype = options.dtype ?? null;
    this.shape = shape;
    this.ndim = shape ? shape.length : ndim;
    this.maxNdim = options.maxNdim ?? null;
    this.minNdim = options.minNdim ?? null;
    this.axes = axes ?? {};
    this.allowLastAxisSqueeze = allowLastAxisSqueeze ?? false;
    this.name = options.name ?? null;
    this.optional = optional ?? false;
    const most = this.ndim ?? this.maxNdim;
    const highest = Math.max(...Object.keys(this.axes).map(Number), -1);
    if (most !== null && highest >= most)
      throw new ValueError(
        `Axis ${highest} is greater than the maximum allowed value: ${most - 1}`,
      );
  }
}

/** The specs of a layer's inputs; null when it takes anything. @internal */
export function inputSpecsOf(layer: RawObject): InputSpec[] | null {
  const rows = parseJson<(InputSpecOptions & { axes: [number, number][] })[]>(
    core().layerInputSpecs(layer),
  );
  const specs = rows.map((row) => new InputSpec({ ...row, axes: Object.fromEntries(row.axes) }));
  return specs.length > 0 ? specs : null;
}

/** @internal */
export function setInputSpecs(
  layer: RawObject,
  specs: InputSpec | readonly InputSpec[] | null,
): void {
  const rows = [specs ?? []].flat().map((spec: unknown) => {
    if (!(spec instanceof InputSpec))
      throw new KerasTypeError(
        `Layer input_spec must be an instance of InputSpec. Got: ${String(spec)}`,
      );
    const axes = Object.entries(spec.axes).map(([axis, size]) => [Number(axis), size]);
    return { ...spec, axes };
  });
  core().layerSetInputSpecs(layer, writeJson(rows));
}
