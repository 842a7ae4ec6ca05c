// Types of functions and classes that users pass in.

/** Any function; what it takes and returns is checked when it is called. */
export type AnyFunction = (...args: never[]) => unknown;

/** Any class. */
export type AnyClass = abstract new (...args: never[]) => unknown;

/** A function type whose parameters may be annotated with narrower types: `(layer: Dense) => ...` where a Layer is passed. */
export type Hook<F extends AnyFunction> = {
  bivariant(...args: Parameters<F>): ReturnType<F>;
}['bivariant'];
