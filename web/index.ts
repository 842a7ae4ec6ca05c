// keras-wasm: Keras 3 models in JavaScript.

export * as activations from './activations.js';
export * as constraints from './families/constraints.js';
export * as dtypePolicies from './families/dtype_policies.js';
export * as initializers from './families/initializers.js';
export * as regularizers from './families/regularizers.js';
export * as layers from './layers/index.js';
export * as ops from './ops/index.js';
export * as random from './random.js';

export { cloneModel, type CloneOptions, type HookLayer } from './cloning.js';
export type { AdaptWeight, CopyWeightsOptions } from './cloning/copy_weights.js';
export {
  CloneReport,
  type CopiedWeight,
  type ReportedWeight,
  type SkippedWeight,
} from './cloning/report.js';
export type { CustomObjects, LambdaBodies, LambdaBody, RevivalNames } from './custom_objects.js';
export type { NestedArray, TensorData, TypedArray } from './data.js';
export {
  AttributeError,
  DisposedError,
  EngineStoppedError,
  IndexError,
  JSONDecodeError,
  KerasError,
  KerasTypeError,
  KeyError,
  NotImplementedError,
  OverflowError,
  RecursionError,
  RuntimeError,
  ValueError,
} from './errors.js';
export { Constraint } from './families/constraint.js';
export { DTypePolicy } from './families/dtype_policy.js';
export { Initializer } from './families/initializer.js';
export { Regularizer } from './families/regularizer.js';
export { Input, type InputOptions } from './input.js';
export { Kwargs, kwargs } from './kwargs.js';
export { InputSpec, type InputSpecOptions } from './layers/input_spec.js';
export { Layer, type LayerOptions, type RnnCell, type WeightOptions } from './layers/layer.js';
export { initialize, type InitializeOptions, type Running, type Variant } from './loader.js';
export {
  Functional,
  Model,
  type ModelOptions,
  type PredictOptions,
  type SummaryOptions,
} from './model.js';
export type { ModelData } from './model_data.js';
export {
  diffModels,
  type CallInputs,
  type DiffOptions,
  type LayerDiff,
  type ModelDiff,
  type ValueDiff,
  type WeightDiff,
} from './model_diff.js';
export type { WeightInfo, WeightMapper, WeightValues } from './model_weights.js';
export { KerasObject } from './object.js';
export { Operation } from './operation.js';
export {
  bytes,
  ellipsis,
  slice,
  tuple,
  type Bytes,
  type Constant,
  type Slice,
} from './python_values.js';
export {
  customObjectScope,
  getRegisteredName,
  getRegisteredObject,
  registerKerasSerializable,
  type RegisterOptions,
} from './registration.js';
export type { AssetFolder } from './saving/assets.js';
export { loadModel, type LoadOptions } from './saving/load_model.js';
export { loadWeights, type LoadWeightsOptions } from './saving/load_weights.js';
export type { VariableStore } from './saving/own_variables.js';
export {
  saveModel,
  saveWeights,
  type SaveOptions,
  type SaveWeightsOptions,
} from './saving/save_model.js';
export type { FilesByName, LoadProgress, ModelSource } from './saving/source.js';
export { Sequential, type SequentialOptions } from './sequential.js';
export {
  deserializeKerasObject,
  enableUnsafeDeserialization,
  modelFromJson,
  safeModeScope,
  serializeKerasObject,
  type DeserializeOptions,
} from './serialization.js';
export {
  clearSession,
  globalDTypePolicy,
  memory,
  setGlobalDTypePolicy,
  setRandomSeed,
  type MemoryInfo,
} from './session.js';
export type { ModelPart, SubModelOptions } from './sub_model.js';
export type { StateTree, VariableTree } from './state_tree.js';
export { KerasTensor, Tensor, tensor } from './tensor.js';
export type { Config, DType, JsonValue, KerasRecord, Shape } from './types/config.js';
export type {
  ActivationFunction,
  ActivationIdentifier,
  ConstraintIdentifier,
  DTypePolicyIdentifier,
  InitializerIdentifier,
  RegularizerIdentifier,
} from './types/identifiers.js';
export type { UnknownObject, UnknownRole } from './unknown_objects.js';
export { Variable } from './variable.js';
export { setWarningHandler } from './warnings.js';
