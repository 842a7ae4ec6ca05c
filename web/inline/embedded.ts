// Replaced by the build (tools/lib/inline.mjs): the engine, compressed as DEFLATE and written as base64, and its size.
export const deflated: string = '';
export const size: number = 0;
