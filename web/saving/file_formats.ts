// The file formats that the package knows, as data.
import { formats } from './formats/formats.js';

/** A file format, and what it can hold: whole models, or weights alone. */
export interface FileFormatInfo {
  readonly name: string;
  /** How names of such files end: `.keras`. */
  readonly endings: readonly string[];
  readonly readsModels: boolean;
  readonly readsWeights: boolean;
  readonly writesModels: boolean;
  readonly writesWeights: boolean;
}

/** The formats of `loadModel`, `saveModel`, `loadWeights` and `saveWeights`. */
export const fileFormats = (): FileFormatInfo[] =>
  formats.map((format) => ({
    name: format.name,
    endings: format.endings,
    readsModels: format.readModel !== undefined,
    readsWeights: format.readWeights !== undefined,
    writesModels: format.writeModel !== undefined || format.writeFiles !== undefined,
    writesWeights: format.createWriter !== undefined || format.createShardWriter !== undefined,
  }));
