// The rules of all operations, and how the core calls them.

import { core } from '../../boundary/core.js';
import { perEngine } from '../../boundary/engine.js';
import { Tensor } from '../../tensors/tensor.js';
import * as ops from '../generated.js';
import { elementwise } from './elementwise.js';
import { imageRules } from './image.js';
import { linalg } from './linalg.js';
import { nn } from './nn.js';
import { reductions } from './reductions.js';
import type { Rules } from './rule.js';
import { structural } from './structural.js';

const rules: Rules = {
  ...structural,
  ...elementwise,
  ...reductions,
  ...linalg,
  ...nn,
  ...imageRules,
};

/** The tangents in the shapes and dtypes of the results. */
function fitted(result: unknown, tangent: unknown): unknown {
  if (Array.isArray(result))
    return result.map((item, i) => fitted(item, (tangent as unknown[] | null)?.[i] ?? null));
  if (!(result instanceof Tensor) || !(tangent instanceof Tensor)) return null;
  const shaped =
    result.shape.join() === tangent.shape.join() ? tangent : ops.broadcastTo(tangent, result.shape);
  return shaped.dtype === result.dtype ? shaped : ops.cast(shaped, result.dtype);
}

function apply(name: string, values: Record<string, unknown>, result: unknown): unknown {
  const tangents = rules[name]!({ name, values, result });
  return tangents === null ? null : fitted(result, tangents);
}

const install = perEngine(() => core().tangentsSetRules(JSON.stringify(Object.keys(rules)), apply));

/** Gives the rules to the core, once. */
export const installRules = (): void => install();
