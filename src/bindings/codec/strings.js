// How texts get into the core's memory: with TextEncoder, in place of Emscripten's loops over characters. Configs have
// megabytes, and the first one is read before an engine has compiled anything.
/* global addToLibrary, TextEncoder, throwBindingError */
addToLibrary({
  $lastText: '{ text: undefined, bytes: undefined }',

  // Its size is asked for first. Of short texts, which are nearly all ASCII, nothing is kept.
  $encodeText__deps: ['$lastText'],
  $encodeText: (text) => {
    if (lastText.text !== text) {
      lastText.bytes = new TextEncoder().encode(text);
      lastText.text = text;
    }
    return lastText.bytes;
  },

  $isShortAscii: (text) => {
    if (text.length > 64) return false;
    for (let i = 0; i < text.length; ++i) if (text.charCodeAt(i) > 0x7f) return false;
    return true;
  },

  $lengthBytesUTF8__deps: ['$encodeText', '$isShortAscii'],
  $lengthBytesUTF8: (text) => (isShortAscii(text) ? text.length : encodeText(text).length),

  // Bytes written, without the 0 at the end; a text that does not fit ends before the character that does not.
  $stringToUTF8Array__deps: ['$encodeText', '$isShortAscii', '$lastText', '$throwBindingError'],
  $stringToUTF8Array: (text, heap, start, size) => {
    start >>>= 0;
    if (size <= 0) return 0;
    // Embind writes texts behind their lengths, and does not look whether there was memory for them.
    if (start < 8) {
      lastText.text = lastText.bytes = undefined;
      throwBindingError(`Out of memory: a text of ${size} bytes could not be allocated`);
    }
    let length;
    if (isShortAscii(text)) {
      length = Math.min(text.length, size - 1);
      for (let i = 0; i < length; ++i) heap[start + i] = text.charCodeAt(i);
    } else {
      const bytes = encodeText(text);
      length = Math.min(bytes.length, size - 1);
      while (length < bytes.length && (bytes[length] & 0xc0) === 0x80) --length;
      heap.set(bytes.subarray(0, length), start);
      lastText.text = lastText.bytes = undefined;
    }
    heap[start + length] = 0;
    return length;
  },
});
