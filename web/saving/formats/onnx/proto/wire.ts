// The wire format of protocol buffers: what a message of `messages.ts` is written with
// (protobuf.dev/programming-guides/encoding).

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

const encoder = new TextEncoder();

/** A message that is being written. Large contents are kept as they are given, and copied once at the end. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];
  /** Small fields, until a large one follows. */
  #pending: number[] = [];
  #length = 0;

  /** The size of the message so far, in bytes. */
  get length(): number {
    return this.#length;
  }

  /** An integer field: int32, int64, bool or enum. Negative numbers have ten bytes, as in two's complement. */
  int(field: number, value: number | bigint): void {
    this.#tag(field, VARINT);
    this.#varint(value);
  }

  float(field: number, value: number): void {
    this.#tag(field, FIXED32);
    this.#bytes(new Uint8Array(new Float32Array([value]).buffer));
  }

  string(field: number, value: string): void {
    this.bytes(field, encoder.encode(value));
  }

  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, LENGTH_DELIMITED);
    this.#varint(value.length);
    this.#bytes(value);
  }

  message(field: number, value: MessageWriter): void {
    this.#tag(field, LENGTH_DELIMITED);
    this.#varint(value.length);
    for (const part of value.#finished()) this.#bytes(part);
  }

  /** The bytes of the message. */
  finish(): Uint8Array {
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#finished()) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #tag(field: number, type: number): void {
    this.#varint(field * 8 + type);
  }

  #varint(value: number | bigint): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) this.#byte(Number(rest & 127n) | 128);
    this.#byte(Number(rest));
  }

  #byte(value: number): void {
    this.#pending.push(value);
    this.#length += 1;
  }

  #bytes(value: Uint8Array): void {
    if (value.length <= 64) {
      this.#pending.push(...value);
    } else {
      this.#flush();
      this.#parts.push(value);
    }
    this.#length += value.length;
  }

  #flush(): void {
    if (this.#pending.length > 0) this.#parts.push(Uint8Array.from(this.#pending));
    this.#pending = [];
  }

  #finished(): readonly Uint8Array[] {
    this.#flush();
    return this.#parts;
  }
}
