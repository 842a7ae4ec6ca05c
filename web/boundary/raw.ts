// The only file that imports the generated modules: the types of their functions, and their instantiation.

import { loading, type SecondaryModule } from './engine.js';
import createModule from '../keras.mjs';
import type { MainModule } from '../keras.mjs';
import type { Url, WasmMemory, WasmModule } from '../runtime/platform/platform_types.js';

/** A handle of the core, with one owner. */
export interface RawHandle {
  delete(): void;
}
export type RawObject = RawHandle & { readonly __object?: never };
export type RawTensor = RawHandle & {
  readonly __tensor?: never;
  /** Another handle of the same tensor. */
  clone(): RawTensor;
};
export type RawVariable = RawHandle & { readonly __variable?: never };

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type
type AnyFunction = Function;

/** A value as it crosses the boundary: text, and the handles it refers to (src/bindings/codec/codec.h). */
export interface Packed {
  readonly text: string;
  readonly handles: readonly (RawTensor | RawObject | AnyFunction)[] | undefined;
}

/** The functions that src/bindings binds, by file. */
export interface RawCore {
  // callbacks
  setCallbacks(callbacks: object): void;
  // custom_classes/js_class
  defineClass(constructor: AnyFunction, description: string): number;
  renameClass(index: number, registeredName: string): void;
  // session
  start(): void;
  memory(): string;
  clearSession(): void;
  setRandomSeed(seed: number): void;
  autoName(className: string): string;
  // tensor
  tensorView(tensor: RawTensor): Uint8Array;
  tensorOfStrings(block: RawTensor, shape: string): RawTensor;
  tensorMissingData(place: string): void;
  tensorInfo(tensor: RawTensor): string;
  tensorCast(tensor: RawTensor, dtype: string): RawTensor;
  tensorMask(tensor: RawTensor): RawTensor | null;
  variableInfo(variable: RawVariable): string;
  variableValue(variable: RawVariable): RawTensor;
  variableStoredValue(variable: RawVariable): RawTensor;
  variableAssign(variable: RawVariable, value: RawTensor): void;
  variableAdopt(variable: RawVariable, value: RawTensor): void;
  variableTrainable(variable: RawVariable): boolean;
  variableSetTrainable(variable: RawVariable, trainable: boolean): void;
  // scratch_buffer
  scratchBuffer(): Float64Array;
  scratchBufferDTypes(): string;
  tensorAllocate(): RawTensor;
  tensorAddress(tensor: RawTensor): number;
  predictAddData(): void;
  predictAddTensor(tensor: RawTensor): void;
  predictCancel(): void;
  predictAdded(model: RawObject, asList: boolean, batchSize: number): boolean;
  predictResult(): Packed;
  predictEnd(): void;
  // object
  objectCreate(module: string, className: string, options: Packed): RawObject;
  objectFromConfig(module: string, className: string, config: Packed): RawObject;
  objectInfo(object: RawObject): string;
  objectHandle(uid: number): RawObject | null;
  objectConfig(object: RawObject): string;
  objectRecord(object: RawObject): string;
  // field
  classFields(module: string, className: string): string;
  objectField(object: RawObject, key: string): Packed;
  objectSetField(object: RawObject, key: string, value: Packed): boolean;
  serializeValue(value: Packed): string;
  // custom_classes/custom_class
  layerCreate(classIndex: number, options: Packed): RawObject;
  subclassedModelCreate(classIndex: number, options: Packed): RawObject;
  extendedLayerCreate(classIndex: number, className: string, options: Packed): RawObject;
  extendedFunctionalCreate(classIndex: number, options: Packed): RawObject;
  extendedSequentialCreate(classIndex: number, options: Packed): RawObject;
  // custom_classes/js_families
  memberCreate(classIndex: number, extended: string, options: Packed): RawObject;
  initializerCall(object: RawObject, shape: string, dtype: string, isSuper: boolean): RawTensor;
  regularizerCall(object: RawObject, x: RawTensor, isSuper: boolean): number;
  constraintCall(object: RawObject, weight: RawTensor, isSuper: boolean): RawTensor;
  // layer
  operationName(object: RawObject): string;
  operationSetName(object: RawObject, name: string): void;
  operationApply(object: RawObject, args: Packed): Packed;
  operationCall(object: RawObject, args: Packed): Packed;
  operationInput(object: RawObject): Packed;
  operationOutput(object: RawObject): Packed;
  makeInput(options: Packed): RawTensor;
  layerState(object: RawObject): string;
  layerSetTrainable(object: RawObject, trainable: boolean): void;
  layerSetBuilt(object: RawObject, built: boolean): void;
  layerDTypePolicy(object: RawObject): RawObject;
  layerSetDTypePolicy(object: RawObject, policy: Packed): void;
  layerVariables(object: RawObject, which: string): RawVariable[];
  layerGetWeights(object: RawObject): RawTensor[];
  layerSetWeights(object: RawObject, values: readonly RawTensor[]): void;
  layerCountParams(object: RawObject): number;
  layerAddWeight(object: RawObject, options: Packed): RawVariable;
  layerBuild(object: RawObject, shapes: string): void;
  layerSuperBuild(object: RawObject, shapes: string): void;
  layerComputeOutputShape(object: RawObject, shapes: string): string;
  layerComputeMask(object: RawObject, args: Packed): Packed;
  layerBuildFromConfig(object: RawObject, config: string): void;
  layerSavedChildren(object: RawObject): Packed;
  layerResetState(object: RawObject): void;
  layerAdapt(object: RawObject, data: RawTensor): void;
  layerAdaptBegin(object: RawObject): void;
  layerAdaptBatch(object: RawObject, batch: RawTensor): void;
  layerAdaptEnd(object: RawObject): void;
  layerVocabulary(object: RawObject, specialTokens: boolean): string;
  layerSetVocabulary(object: RawObject, tokens: string, idfWeights: string): void;
  layerVocabularySize(object: RawObject): number;
  // input_spec
  layerInputSpecs(object: RawObject): string;
  layerSetInputSpecs(object: RawObject, specs: string): void;
  // model
  functionalCreate(options: Packed): RawObject;
  sequentialCreate(options: Packed): RawObject;
  sequentialAdd(object: RawObject, layer: Packed, rebuild: boolean): void;
  sequentialPop(object: RawObject): RawObject;
  modelLayers(object: RawObject): string;
  modelOperations(object: RawObject): string;
  modelGetLayer(object: RawObject, selector: string): RawObject;
  modelTensors(object: RawObject, inputs: boolean, flat: boolean): Packed;
  modelPredict(
    object: RawObject,
    inputs: Packed,
    batchSize: number,
    onProgress: AnyFunction | null,
  ): Packed;
  modelProfile(object: RawObject, on: boolean): string;
  modelSummary(object: RawObject, options: string): string;
  modelToJson(object: RawObject): string;
  modelConnections(object: RawObject): string;
  modelCompileConfig(object: RawObject): string;
  modelSetCompileConfig(object: RawObject, config: string): void;
  // cloning
  cloneModel(object: RawObject, options: Packed): RawObject;
  // surgery
  modelDiff(a: RawObject, b: RawObject, weights: boolean): string;
  modelSubModel(object: RawObject, options: Packed): RawObject;
  modelLerpWeights(object: RawObject, other: RawObject, t: number): void;
  layerWeightOwners(object: RawObject): string;
  // ops
  callOp(name: string, args: Packed): Packed;
  // tangent
  tangentsBegin(): void;
  tangentsEnd(): void;
  tangentsSet(x: RawTensor, tangent: RawTensor): void;
  tangentsOf(x: RawTensor): RawTensor | null;
  tangentsSetRules(functions: string, rule: AnyFunction): void;
  tangentsCompose(f: AnyFunction): Packed;
  // identifier
  identifierGet(family: string, identifier: Packed): Packed;
  identifierDeserialize(family: string, config: string): Packed;
  activationSerialize(activation: Packed): string;
  // random
  callRandom(name: string, args: Packed): RawTensor;
  policyInfo(object: RawObject): string;
  quantizationMode(object: RawObject): string;
  globalPolicy(): RawObject;
  setGlobalPolicy(identifier: Packed): void;
  // serialization
  deserialize(config: Packed, safeMode: boolean): Packed;
  deserializeJson(json: string, safeMode: boolean): Packed;
  registerObjects(customObjects: Packed): void;
  openCustomScope(customObjects: Packed, merge: boolean): void;
  openLambdaScope(bodies: Packed): void;
  findUnknown(config: Packed, safeMode: boolean): string;
  findUnknownInJson(json: string, safeMode: boolean): string;
  findUnknownOfClone(model: RawObject, config: Packed): string;
  openSafeModeScope(safeMode: boolean, isArgument: boolean): void;
  closeScope(): void;
  enableUnsafeDeserialization(): void;
  // describe
  describeClasses(): string;
  describeOperations(): string;
}

// Checks that the built module has every function above. Embind's own types are less exact.
type Missing = Exclude<keyof RawCore, keyof MainModule>;
const nothingIsMissing: [Missing] extends [never] ? true : Missing = true;
void nothingIsMissing;

// The compiled files next to this one, in a form that bundlers recognize. Evaluated when an address is needed, because
// scripts that are not modules (IIFE, CommonJS) lack `import.meta.url`.
const wasmFiles: Record<string, () => URL> = {
  'keras.wasm': () => new URL('./keras.wasm', import.meta.url),
  'keras-relaxed.wasm': () => new URL('./keras-relaxed.wasm', import.meta.url),
  'keras-threads-simd.wasm': () => new URL('./keras-threads-simd.wasm', import.meta.url),
  'keras-threads.wasm': () => new URL('./keras-threads.wasm', import.meta.url),
  'keras-rest.wasm': () => new URL('./keras-rest.wasm', import.meta.url),
  'keras-relaxed-rest.wasm': () => new URL('./keras-relaxed-rest.wasm', import.meta.url),
};

/** The URL of a compiled file of the package; undefined where this script does not know its own URL. */
export function addressOf(wasmFile: string): Url | undefined {
  try {
    return wasmFiles[wasmFile]!();
  } catch {
    return undefined;
  }
}

/** A started module, with what workers need to join it. */
export interface Instance<More = unknown> {
  core: RawCore & More;
  module: WasmModule;
  memory: WasmMemory;
}

/**
 * Starts a module.
 *
 * @param shared whether the module has threads, and so other glue code.
 * @param destroy runs the destructors of handles.
 * @param rest its second part, if it has one.
 */
export async function instantiate<More>(
  module: WasmModule,
  shared: boolean,
  destroy: (destructor: () => void) => void,
  rest?: SecondaryModule,
): Promise<Instance<More>> {
  const create = shared ? (await import('../keras-threads.mjs')).default : createModule;
  let memory: WebAssembly.Memory | undefined;
  const core = await new Promise<RawCore>((resolve, reject) => {
    const made = create({
      destroy,
      instantiateWasm(
        imports: WebAssembly.Imports,
        receive: (instance: WebAssembly.Instance, module?: WebAssembly.Module) => void,
      ) {
        memory = Object.values(imports['env'] ?? {}).find(isMemory);
        const all = rest
          ? { ...imports, [rest.name]: { load: () => loading(() => rest.loadNow()) } }
          : imports;
        // The generated code does not handle failures here, so reject directly.
        WebAssembly.instantiate(module, all).then((instance) => {
          if (rest) rest.first = instance;
          receive(instance, module);
        }, reject);
        return {};
      },
    }) as Promise<unknown>;
    made.then((started) => resolve(started as RawCore), reject);
  });
  return { core: core as RawCore & More, module, memory: memory! };
}

const isMemory = (value: unknown): value is WebAssembly.Memory =>
  value instanceof WebAssembly.Memory;
