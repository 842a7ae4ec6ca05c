// keras-wasm: Keras 3 models in JavaScript.

export * as applications from './applications/index.js';
export * as activations from './families/activations.js';
export * as constraints from './families/constraints.js';
export * as dtypePolicies from './families/dtype_policies.js';
export * as initializers from './families/initializers.js';
export * as quantizers from './families/quantizers.js';
export * as regularizers from './families/regularizers.js';
export * as layers from './layers/index.js';
export * as ops from './ops/index.js';
export * as random from './ops/random.js';

export {
  cloneModel,
  type CallFunction,
  type CloneCache,
  type CloneFunction,
  type CloneOptions,
  type HookLayer,
  type LayerFunction,
} from './models/cloning/clone_model.js';
export type { AdaptWeight, CopyWeightsOptions } from './models/cloning/copy_weights.js';
export {
  CloneReport,
  type CopiedWeight,
  type ReportedWeight,
  type SkippedWeight,
} from './models/cloning/report.js';
export type {
  CustomObjects,
  LambdaBodies,
  LambdaBody,
  RevivalNames,
} from './serialization/custom_objects.js';
export type { NestedArray, TensorData, TypedArray } from './tensors/data.js';
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
} from './errors/errors.js';
export { Constraint } from './families/constraint.js';
export { DTypePolicy } from './families/dtype_policy.js';
export { Initializer } from './families/initializer.js';
export { Quantizer } from './families/quantizer.js';
export { Regularizer } from './families/regularizer.js';
export { Input, type InputOptions } from './layers/input.js';
export { Kwargs, kwargs } from './boundary/kwargs.js';
export { InputSpec, type InputSpecOptions } from './layers/input_spec.js';
export { Layer, type LayerOptions, type RnnCell, type WeightOptions } from './layers/layer.js';
export {
  initialize,
  type InitializeOptions,
  type Running,
  type Variant,
} from './runtime/loader.js';
export {
  Functional,
  Model,
  type ModelOptions,
  type PredictOptions,
  type SummaryOptions,
} from './models/model.js';
export {
  modelToDot,
  plotModel,
  type ModelToDotOptions,
  type PlotModelOptions,
} from './models/plot/plot_model.js';
export type { RankDirection, Splines } from './plot/plot_graph.js';
export { modelFromJson } from './models/model_from_json.js';
export type { ModelData } from './models/input_data.js';
export {
  diffModels,
  type CallInputs,
  type DiffOptions,
  type LayerDiff,
  type ModelDiff,
  type ValueDiff,
  type WeightDiff,
} from './models/diff_models.js';
export type { WeightInfo, WeightMapper, WeightValues } from './models/map_weights.js';
export { KerasObject } from './serialization/object.js';
export { Operation } from './ops/operation.js';
export type { CallArgument, CallArguments, CallValue } from './ops/call_value.js';
export {
  bytes,
  ellipsis,
  slice,
  tuple,
  type Bytes,
  type Constant,
  type Slice,
} from './boundary/python_values.js';
export {
  customObjectScope,
  getRegisteredName,
  getRegisteredObject,
  registerKerasSerializable,
  type RegisterOptions,
} from './serialization/registration.js';
export type { AssetFolder } from './saving/assets.js';
export { fileFormats, type FileFormatInfo } from './saving/file_formats.js';
export { loadModel, openModel } from './models/load_model.js';
export type { LoadOptions } from './saving/load_model.js';
export { loadWeights, type LoadWeightsOptions } from './saving/load_weights.js';
export type { LoadMapping, SaveMapping } from './saving/name_mapping.js';
export type { ArrayInfo } from './saving/named_arrays.js';
export type { ByteTarget, NodeSink, WritableHandle } from './runtime/platform/write_stream.js';
export type { VariableStore } from './saving/own_variables.js';
export { saveModel, type SaveOptions } from './saving/save_model.js';
export { saveWeights, type SaveWeightsOptions } from './saving/save_weights.js';
export type {
  ArtifactLoader,
  BrowserFolderHandle,
  FileSource,
  ModelArtifacts,
} from './saving/file_set.js';
export type { LayerRecord } from './saving/model_records.js';
export { OpenedModel, type OpenOptions } from './saving/open_model.js';
export type { LoadProgress, SaveProgress } from './saving/progress.js';
export type { BrowserFileHandle, FilesByName, ModelSource } from './saving/source.js';
export { Sequential, type SequentialOptions } from './models/sequential.js';
export {
  deserializeKerasObject,
  enableUnsafeDeserialization,
  safeModeScope,
  serializeKerasObject,
  type DeserializeOptions,
} from './serialization/serialization.js';
export {
  clearSession,
  globalDTypePolicy,
  memory,
  setGlobalDTypePolicy,
  setRandomSeed,
  type MemoryInfo,
} from './runtime/session.js';
export type { ModelPart, SubModelOptions } from './models/sub_model.js';
export type { StateTree, VariableTree } from './models/state_tree.js';
export { tensor } from './tensors/create.js';
export { KerasTensor, Tensor } from './tensors/tensor.js';
export type { OneOrMany, ShapeTree, TensorTree } from './tensors/tree.js';
export type { Config, DType, JsonValue, KerasRecord, Shape } from './base/config.js';
export type {
  ActivationFunction,
  ActivationIdentifier,
  ConstraintIdentifier,
  DTypePolicyIdentifier,
  InitializerFunction,
  InitializerIdentifier,
  ObjectRecord,
  RegularizerIdentifier,
} from './families/identifier_types.js';
export type { UnknownObject, UnknownRole } from './errors/unknown_object.js';
export { Variable } from './tensors/variable.js';
export { setWarningHandler } from './errors/warnings.js';
