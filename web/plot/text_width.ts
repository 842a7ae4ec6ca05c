// Widths of text in Helvetica, without a page to measure it. From Adobe's font metrics: thousandths of the font size.

const narrow = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
  556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
  611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
  667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
  222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/** Bold letters are wider by about this factor. */
const boldness = 1.07;

/** Width of text at a font size, in the units of the font size. Letters beyond ASCII count as wide ones. */
export function textWidth(text: string, size: number, isBold = false): number {
  let width = 0;
  for (const character of text) width += narrow[character.codePointAt(0)! - 32] ?? 1000;
  return (width * size * (isBold ? boldness : 1)) / 1000;
}
