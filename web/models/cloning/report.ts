// What became of the weights of a clone.

import type { DType } from '../../serialization/config.js';

/** A weight, or the state of a random number generator, in a report. */
export interface ReportedWeight {
  /** The layer it belongs to, from the outermost nested model in: `encoder/dense`. */
  readonly layer: string;
  /** Keras's name of the layer's class, such as `Dense`. */
  readonly layerClass: string;
  /** `kernel` */
  readonly weight: string;
  /** `dense/kernel` */
  readonly path: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A weight of the clone that got its value from the model. */
export interface CopiedWeight {
  readonly target: ReportedWeight;
  /** Null for a weight that the `mismatch` function made of nothing. */
  readonly source: ReportedWeight | null;
  /** Whether the `mismatch` function gave the value, because the source's did not fit. */
  readonly adapted: boolean;
}

/** A weight that was not carried over. */
export interface SkippedWeight {
  /** In the clone; null when nothing there takes the source's weight. */
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
 * Where each weight of a clone has its value from: every one is in one of `copied`, `skipped`, `fresh` and `shared`.
 * `String(report)` is a table to print.
 */
export class CloneReport {
  /** Weights that got their values from the model's. */
  readonly copied: readonly CopiedWeight[];
  /** Weights that did not fit, or to which the hook gave values; and weights of the model that the clone does not have. */
  readonly skipped: readonly SkippedWeight[];
  /** Weights of the clone that were initialized anew. */
  readonly fresh: readonly ReportedWeight[];
  /** Weights of layers that the model and the clone both hold: changing them changes both. */
  readonly shared: readonly ReportedWeight[];
  /** Layers of the clone that have no weights before it is first called. */
  readonly unbuilt: readonly string[];

  /** @internal `cloneModel` makes reports. */
  constructor({ copied, skipped, fresh, shared, unbuilt }: ReportLists) {
    this.copied = copied;
    this.skipped = skipped;
    this.fresh = fresh;
    this.shared = shared;
    this.unbuilt = unbuilt;
  }

  /** The lists as text, a weight a line. */
  toString(): string {
    const sections = [
      section('copied', this.copied, ({ target, source, adapted }) => {
        const from = source && place(source) !== place(target) ? ` from ${place(source)}` : '';
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

const place = ({ layer, weight }: ReportedWeight) => `${layer}/${weight}`;
const shapeOf = ({ shape }: ReportedWeight) => `[${shape.join(', ')}]`;
const describe = (weight: ReportedWeight) => `${place(weight)} ${shapeOf(weight)} ${weight.dtype}`;

function section<T>(title: string, items: readonly T[], line: (item: T) => string): string {
  if (items.length === 0) return '';
  return [`${title}: ${items.length}`, ...items.map((item) => `  ${line(item)}`)].join('\n');
}
