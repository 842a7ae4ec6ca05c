// What formats of other libraries read of a model. `describe_model.ts` makes it from the core, so that they need no core.
import type { ArrayValue } from './named_arrays.js';

export type Json = Readonly<Record<string, unknown>>;

/** A layer, an operation or a model. */
export interface LayerDescription {
  readonly name: string;
  readonly className: string;
  /** Whether users have defined the class: its name then says nothing about what it computes. */
  readonly isCustom: boolean;
  readonly kind: 'layer' | 'operation' | 'functional' | 'sequential' | 'model';
  readonly config: Json;
  readonly computeDtype: string;
  readonly supportsMasking: boolean;
  /** A copy of the object's own weights (not its sublayers'), by the last part of their paths. */
  readonly weights: ReadonlyMap<string, ArrayValue>;
  /** The tokens of a lookup, without those for masked and unknown inputs; undefined for other layers. */
  readonly vocabulary?: readonly (string | number)[];
  /** The sublayers by their names in files, such as `query_dense`. */
  readonly children: ReadonlyMap<string, LayerDescription>;
  /** Layers and operations of a model. */
  readonly layers: readonly LayerDescription[];
}

/** An input of the model. */
export interface InputDescription {
  readonly name: string;
  readonly shape: readonly (number | null)[];
  readonly dtype: string;
}

export interface ModelDescription {
  readonly model: LayerDescription;
  readonly inputs: readonly InputDescription[];
  readonly producerVersion: string;
}

/** Why a layer or operation cannot be written. */
export interface Problem {
  readonly layer: string;
  readonly className: string;
  readonly reason: string;
}

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The message for a model that a format cannot express. */
export const refusal = (model: string, format: string, problems: readonly Problem[]): string =>
  [
    `Model '${model}' cannot be saved as ${format}:`,
    ...problems.map(({ layer, className, reason }) => `- '${layer}' (${className}): ${reason}`),
  ].join('\n');
