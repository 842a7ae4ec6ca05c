// The report of where the weights of a clone come from.

import type { DType } from '../../base/config.js';

/** A weight, or the state of a random number generator. */
export interface ReportedWeight {
  /** The path of its layer through nested models: `encoder/dense`. */
  readonly layer: string;
  /** The class of the layer, such as `Dense`. */
  readonly layerClass: string;
  /** `kernel` */
  readonly weight: string;
  /** `dense/kernel` */
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A weight of the clone that was copied from the model. */
export interface CopiedWeight {
  readonly target: ReportedWeight;
  /** Null when the `mismatch` function made the value without a weight of the model. */
  readonly source: ReportedWeight | null;
  /** Whether the `mismatch` function made the value, because the weight of the model did not match. */
  readonly adapted: boolean;
}

/** A weight that was not copied. */
export interface SkippedWeight {
  /** In the clone; null when it has no weight for the source's. */
  readonly target: ReportedWeight | null;
  /** In the model; null when it has no weight for the clone's. */
  readonly source: ReportedWeight | null;
  readonly reason: string;
}

/** The lists as the core makes them. @internal */
export interface ReportLists {
  copied: readonly CopiedWeight[];
  skipped: readonly SkippedWeight[];
  fresh: readonly ReportedWeight[];
  shared: readonly ReportedWeight[];
  unbuilt: readonly string[];
}

/**
 * Where each weight of a clone comes from: each is in one of `copied`, `skipped`, `fresh` and `shared`. `String(report)`
 * is a table.
 */
export class CloneReport {
  /** Weights that were copied from the model. */
  readonly copied: readonly CopiedWeight[];
  /** Weights that do not match or that the hook set, and weights of the model that the clone lacks. */
  readonly skipped: readonly SkippedWeight[];
  /** Weights of the clone with initial values. */
  readonly fresh: readonly ReportedWeight[];
  /** Weights of layers that the model and the clone share: changing them changes both. */
  readonly shared: readonly ReportedWeight[];
  /** Layers of the clone that have no weights until it is first called. */
  readonly unbuilt: readonly string[];

  /** @internal `cloneModel` makes reports. */
  constructor({ copied, skipped, fresh, shared, unbuilt }: ReportLists) {
    this.copied = copied;
    this.skipped = skipped;
    this.fresh = fresh;
    this.shared = shared;
    this.unbuilt = unbuilt;
  }

  /** The lists, one weight a line. */
  toString(): string {
    const sections = [
      section('copied', this.copied, ({ target, source, adapted }) => {
        const from = source && pathOf(source) !== pathOf(target) ? ` from ${pathOf(source)}` : '';
        const how = adapted ? ` (adapted${source ? ` from ${shapeOf(source)}` : ''})` : '';
        return `${describe(target)}${from}${how}`;
      }),
      section('skipped', this.skipped, ({ target, source, reason }) =>
        target ? `${describe(target)}: ${reason}` : `${describe(source!)} of the model: ${reason}`,
      ),
      section('fresh', this.fresh, describe),
      section('shared', this.shared, describe),
      section('not built before the first call', this.unbuilt, String),
    ];
    return sections.filter((text) => text !== '').join('\n') || 'no weights';
  }
}

const pathOf = ({ layer, weight }: ReportedWeight) => `${layer}/${weight}`;
const shapeOf = ({ shape }: ReportedWeight) => `[${shape.join(', ')}]`;
const describe = (weight: ReportedWeight) => `${pathOf(weight)} ${shapeOf(weight)} ${weight.dtype}`;

function section<T>(title: string, items: readonly T[], line: (item: T) => string): string {
  if (items.length === 0) return '';
  return [`${title}: ${items.length}`, ...items.map((item) => `  ${line(item)}`)].join('\n');
}
