// Downloads.

/** Offers a file to the user. */
export function offer(content: Blob | Uint8Array | string, name: string): void {
  const file =
    content instanceof Blob ? content : new Blob([content as Uint8Array<ArrayBuffer> | string]);
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
