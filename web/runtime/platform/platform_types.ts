// Types of the web platform, for projects that may compile without the types of the DOM and of Node: `never` there.

type InstanceOf<Name extends string> = typeof globalThis extends {
  readonly [K in Name]: { readonly prototype: infer T };
}
  ? T
  : never;

type WasmInstanceOf<Name extends string> = typeof globalThis extends {
  readonly WebAssembly: { readonly [K in Name]: { readonly prototype: infer T } };
}
  ? T
  : never;

export type Url = InstanceOf<'URL'>;
export type FileBlob = InstanceOf<'Blob'>;
export type FetchResponse = InstanceOf<'Response'>;
export type FetchRequest = InstanceOf<'Request'>;
export type ByteStream = InstanceOf<'ReadableStream'>;
export type ByteSink = InstanceOf<'WritableStream'>;
export type Signal = InstanceOf<'AbortSignal'>;
export type WasmModule = WasmInstanceOf<'Module'>;
export type WasmInstance = WasmInstanceOf<'Instance'>;
export type WasmMemory = WasmInstanceOf<'Memory'>;
export type BinaryData = ArrayBuffer | ArrayBufferView;
