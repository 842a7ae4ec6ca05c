// The error record: what crosses the boundary instead of a value when a call fails, in either direction.

/** The form that src/bindings/codec/error_record.h describes. */
export interface ErrorRecord {
  readonly $: 'error';
  /** Names the error object that JavaScript keeps; 0 for errors of the core. */
  readonly id: number;
  /** Python's name of the exception, such as `ValueError`. */
  readonly kind: string;
  readonly message: string;
  /** Where in a config it arose. */
  readonly path: string;
  readonly notes: readonly string[];
  /** The name in a config that nothing defines, when that is the reason; else empty. */
  readonly unknown: string;
}
