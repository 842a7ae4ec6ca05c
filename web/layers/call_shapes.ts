// `layer.inputShape` and `layer.outputShape`: Keras 2 has them; in Keras 3 they are `layer.input.shape` and `layer.output.shape`.

import { callShapes } from '../boundary/fields.js';
import type { Operation } from '../ops/operation.js';
import { shapesOf } from '../tensors/shapes_of.js';

/**
 * Defines both on the prototype of a class of layers. Assigning one replaces it on that object only, so that classes of
 * users may keep values of their own under these names.
 */
export function defineCallShapes(prototype: Operation): void {
  for (const [name, tensors] of Object.entries(callShapes)) define(prototype, name, tensors);
}

function define(prototype: Operation, name: string, tensors: 'input' | 'output'): void {
  Object.defineProperty(prototype, name, {
    get(this: Operation) {
      return shapesOf(this[tensors]);
    },
    set(this: Operation, value: unknown) {
      Object.defineProperty(this, name, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    },
    configurable: true,
  });
}
