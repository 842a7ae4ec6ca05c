// What a file format implements. `formats.ts` lists the formats; only that file knows them all.
import type { RawObject } from '../../boundary/raw.js';
import type { ByteSource } from '../../runtime/platform/byte_source.js';
import type { SavableModel } from '../savable_model.js';
import type { LoadMapping } from '../name_mapping.js';
import type { NamedArray } from '../named_arrays.js';
import type { WeightReader } from '../weight_reader.js';
import type { FileContent } from '../file_content.js';
import type { PartedBytes } from '../parted_bytes.js';
import type { WeightWriter } from '../weight_writer.js';

/** A format of whole models, of weights, or of both. A format lacks what it cannot do. */
export interface FileFormat {
  /** The name in the `format` option of `saveModel()`. */
  readonly name: string;
  /** How names of such files end: `.keras`. The first one is used where this package chooses a name. */
  readonly endings: readonly string[];
  /** The bytes that files begin with, or a test of the first `HEAD_BYTES`. Several formats may share them. */
  readonly magic: readonly number[] | ((head: Uint8Array) => boolean);
  /** Whether files of the format list others with the content. */
  readonly isIndex?: true;
  /** Whether saving a model creates missing folders, as Keras does for this format. */
  readonly makesFolders?: boolean;

  /** Reads a model. Undefined for a file of another format with the same magic bytes, as in `readWeights`. */
  readModel?(file: FileToRead, limits: ModelLimits): Promise<SavedModel | undefined>;
  /** Opens the weights, of a whole model too. The caller closes them. */
  readWeights?(file: FileToRead): Promise<SavedWeights | undefined>;

  /** A file with the config and weights that the model has when the function is called. The caller releases it. */
  writeModel?(model: SavableModel, options: WriteModelOptions): FileContent | Promise<FileContent>;
  /** The same as several files, of which the last has the given name and refers to the others. */
  writeFiles?(model: SavableModel, name: string, options: WriteModelOptions): Promise<FilesToWrite>;
  /** A writer of files that hold weights only. */
  createWriter?(): WeightWriter;
  /** A file of arrays by name. `metadata` is what the file is to state about itself. */
  writeArrays?(
    arrays: readonly NamedArray[],
    metadata: Readonly<Record<string, string>>,
  ): PartedBytes;
  /** A writer of weights in several files. */
  createShardWriter?(index: string, maxShardSize: number): WeightWriter<FilesToWrite>;
}

export const HEAD_BYTES = 16;

/** A file that is open for reading. */
export interface FileToRead {
  readonly input: ByteSource;
  /** The first bytes: `HEAD_BYTES`, or all of a smaller file. */
  readonly head: Uint8Array;
  /** What messages call the file. */
  readonly name: string;
  /** Whether `name` is a path or an address. */
  readonly isNamed: boolean;
  /** Readers of this file that several formats share, by what they read. */
  readonly readers: Map<string, WeightReader>;
  /** Reads another file in the same folder. */
  readBeside(name: string): Promise<Uint8Array>;
  /** Opens weights that are a part of this file or lie beside it. The ending of their name or their magic bytes decide how. */
  openWeights(input: ByteSource, name: string): Promise<WeightReader>;
}

export interface ModelLimits {
  readonly maxConfigBytes: number;
}

/** A whole model in an open file. */
export interface SavedModel {
  /** JSON of the model's config. */
  readonly config: string;
  /** Whether the config is one of Keras 1 or 2. */
  readonly isLegacy: boolean;
  /** The version of Keras that wrote the file; empty when unknown. */
  readonly version: string;
  /** JSON of a legacy training config; undefined when the model was not compiled or `config` says how. */
  readonly trainingConfig?: string | undefined;
  /** What the file states about itself. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly assets?: AssetReader;
  /** Opens the weights and checks what else is in the file. The caller closes them. */
  openWeights(): Promise<SavedWeights>;
  close(): void;
}

/** Files that belong to layers, by paths such as `assets/layers/text_vectorization/vocabulary.txt`. */
export interface AssetReader {
  readonly names: readonly string[];
  read(name: string): Promise<Uint8Array | undefined>;
}

/** Open weights, and how they are assigned to a model. */
export interface SavedWeights {
  /** The options of `loadWeights()` that this kind of file supports. */
  readonly options: readonly ('byName' | 'objectsToSkip' | 'mapping')[];
  /** The content as groups of arrays, where it may have the optimizer's state. `close()` closes it, too. */
  openReader?(): Promise<WeightReader>;
  /**
   * Assigns the weights. Returns the names of layers whose weights do not fit, which is an error unless `skipMismatch`
   * is set.
   */
  restore(model: RawObject, options: RestoreOptions): string[] | Promise<string[]>;
  close(): void;
}

/** Called after each object with the number of finished objects. */
export type CountProgress = (done: number, total: number) => void;

export interface RestoreOptions {
  /** Leave objects whose weights do not fit unchanged, with a warning. */
  readonly skipMismatch?: boolean;
  /** Match layers by name. */
  readonly byName?: boolean;
  /** Ids of layers that keep their weights, as do the layers below them. */
  readonly skip?: readonly number[];
  /** Which weight the array of a name is for. */
  readonly mapping?: LoadMapping | undefined;
  /** JSON of the config in the file, for files of older versions: it states the order of the weights. */
  readonly config?: string | undefined;
  readonly onProgress?: CountProgress;
}

export interface WriteModelOptions {
  /** Whether a legacy file states how the model was compiled. */
  readonly includeOptimizer: boolean;
  /** Whether the weights go into a file of their own. */
  readonly externalData: boolean;
  /** Called after each object, by formats that are made object by object. */
  readonly onProgress?: CountProgress;
}

/** The bytes of files by name, in the order in which they are to be written. */
export type FilesToWrite = ReadonlyMap<string, Uint8Array>;
