// A drawing as an SVG file of its own: the colours of the page become attributes.

const copied = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font', 'text-anchor'];
const margin = 12;

/** The text of the file. `content` is the scaled and moved part of the drawing, `width` and `height` its own size. */
export function svgFile(
  drawing: SVGSVGElement,
  content: SVGGElement,
  width: number,
  height: number,
): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const pairs = zip(drawing.querySelectorAll('*'), copy.querySelectorAll('*'));
  for (const [shown, made] of pairs) {
    if (shown === content) made.removeAttribute('transform');
    if (!['rect', 'path', 'text', 'circle'].includes(shown.tagName)) continue;
    const style = getComputedStyle(shown);
    for (const name of copied) {
      const value = style.getPropertyValue(name);
      if (!value) continue;
      if (name === 'font') made.setAttribute('style', `font: ${value}`);
      else made.setAttribute(name, value);
    }
  }
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.removeAttribute('class');
  const box = [-margin, -margin, width + 2 * margin, height + 2 * margin];
  copy.setAttribute('viewBox', box.join(' '));
  copy.setAttribute('width', String(box[2]));
  copy.setAttribute('height', String(box[3]));
  return new XMLSerializer().serializeToString(copy);
}

function* zip(a: NodeListOf<Element>, b: NodeListOf<Element>): Generator<[Element, Element]> {
  for (let i = 0; i < a.length; i++) yield [a[i]!, b[i]!];
}
