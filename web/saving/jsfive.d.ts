// The part of jsfive 0.4.2 that this package uses; it ships no types.
declare module 'jsfive' {
  interface Message {
    get(field: 'offset_to_message'): number;
  }
  interface DataObjects {
    find_msg_type(type: number): Message[];
    /** [version, dimensions, layout class, offset of the layout's properties] */
    _get_data_message_properties(offset: number): [number, number, number, number];
  }
  export class Group {
    readonly keys: string[];
    /** Places of the members in the file; the path that a soft link leads to. */
    readonly _links: Record<string, number | string>;
    readonly attrs: Record<string, unknown>;
    get(name: string): Group | Dataset;
  }
  export class Dataset {
    readonly shape: number[];
    readonly dtype: unknown;
    readonly attrs: Record<string, unknown>;
    readonly _dataobjects: DataObjects;
  }
  export class File extends Group {
    constructor(buffer: ArrayBuffer, name?: string);
  }
}
