// Widths of texts in the drawing: the sum of the widths of their characters, each measured once. Measuring each text
// takes too long for thousands of layers.

const pen = document.createElement('canvas').getContext('2d');
const fonts = new Map<string, Map<string, number>>();

/** In pixels. `font` is size and weight. */
export function textWidth(text: string, font: string): number {
  let widths = fonts.get(font);
  if (!widths) fonts.set(font, (widths = new Map()));
  let sum = 0;
  for (const char of text) {
    let width = widths.get(char);
    if (width === undefined) widths.set(char, (width = measured(char, font)));
    sum += width;
  }
  return sum;
}

function measured(char: string, font: string): number {
  if (!pen) return 8;
  pen.font = `${font} system-ui, sans-serif`;
  return pen.measureText(char).width;
}
