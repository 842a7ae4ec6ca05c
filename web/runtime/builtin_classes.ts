// Tells the registry which class here stands for which class of the core.

import * as activations from '../families/activations.js';
import { Constraint } from '../families/constraint.js';
import * as constraints from '../families/constraints.js';
import { DTypePolicy } from '../families/dtype_policy.js';
import * as dtypePolicies from '../families/dtype_policies.js';
import { Initializer } from '../families/initializer.js';
import * as initializers from '../families/initializers.js';
import { QuantizationConfig } from '../families/quantization_config.js';
import { Quantizer } from '../families/quantizer.js';
import * as quantizers from '../families/quantizers.js';
import { Regularizer } from '../families/regularizer.js';
import * as regularizers from '../families/regularizers.js';
import { SeedGenerator } from '../ops/seed_generator.js';
import { fieldProperty } from '../boundary/fields.js';
import * as layers from '../layers/generated.js';
import { Layer } from '../layers/layer.js';
import { Functional, Model } from '../models/model.js';
import { toSnakeCase } from '../boundary/names.js';
import { Operation } from '../ops/operation.js';
import {
  defineBuiltin,
  defineBuiltinFunction,
  defineFallback,
  type CoreClass,
} from '../boundary/registry.js';
import { Sequential } from '../models/sequential.js';

/** Called once, while starting: nothing here happens by being imported. */
export function defineBuiltinClasses(): void {
  defineModule('keras.layers', layers);
  defineModule('keras.initializers', initializers);
  defineModule('keras.regularizers', regularizers);
  defineModule('keras.constraints', constraints);
  defineModule('keras', dtypePolicies);
  defineModule('keras.dtype_policies', dtypePolicies);
  defineModule('keras', { Quantizer });
  defineModule('keras.quantizers', quantizers);
  defineBuiltin('keras.random', 'SeedGenerator', SeedGenerator);
  defineBuiltin('keras', 'Model', Model);
  defineBuiltin('keras', 'Sequential', Sequential);
  defineBuiltin('keras.src.models.functional', 'Functional', Functional);
  const fallbacks = {
    operation: Operation,
    layer: Layer,
    model: Model,
    functional: Functional,
    sequential: Sequential,
    initializer: Initializer,
    regularizer: Regularizer,
    constraint: Constraint,
    dtypePolicy: DTypePolicy,
    seedGenerator: SeedGenerator,
    quantizer: Quantizer,
    quantizationConfig: QuantizationConfig,
  };
  for (const [kind, Class] of Object.entries(fallbacks)) defineFallback(kind, Class);
  // The core has no class `Layer` that could state it; user-defined classes have it, too.
  const activityRegularizer = fieldProperty('activity_regularizer');
  Object.defineProperty(Layer.prototype, 'activityRegularizer', activityRegularizer);
  for (const [name, target] of Object.entries(activations)) {
    if (typeof target === 'function') defineBuiltinFunction(toSnakeCase(name), target);
  }
}

function defineModule(module: string, classes: object): void {
  for (const value of Object.values(classes) as unknown[]) {
    if (typeof value !== 'function' || !('className' in value)) continue;
    defineBuiltin(module, String(value.className), value as CoreClass & typeof value);
  }
}
