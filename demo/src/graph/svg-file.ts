// Drawings as files of their own, SVG or PNG: the colours of the page become attributes.
import { svg } from '../dom.js';

// Attributes, which the page's policy allows where it forbids `style`.
const copied = [
  ...['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'text-anchor'],
  ...['font-family', 'font-size', 'font-weight'],
];
const margin = 12;
const titleHeight = 30;

/** A drawing with its size in pixels. */
export interface SvgPart {
  readonly element: SVGSVGElement;
  readonly width: number;
  readonly height: number;
}

/** Copies a drawing. `content` is its scaled and moved part, `width` and `height` its own size. */
export function svgFile(
  drawing: SVGSVGElement,
  content: SVGGElement,
  width: number,
  height: number,
): SvgPart {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const shown = drawing.querySelectorAll('*');
  const made = copy.querySelectorAll('*');
  const attributesOf = styleReader();
  shown.forEach((element, i) => {
    if (element === content) made[i]!.removeAttribute('transform');
    if (!['rect', 'path', 'text', 'circle'].includes(element.tagName)) return;
    for (const [name, value] of attributesOf(element)) made[i]!.setAttribute(name, value);
  });
  for (const name of ['class', 'role', 'aria-label']) copy.removeAttribute(name);
  const box = [-margin, -margin, width + 2 * margin, height + 2 * margin] as const;
  size(copy, box);
  return { element: copy, width: box[2], height: box[3] };
}

/** Drawings side by side below titles, and a line of text below them. `like` has the font and colours of the page. */
export function beside(
  parts: readonly { title: string; part: SvgPart }[],
  caption: string,
  like: Element,
): SvgPart {
  const { color, fontFamily } = getComputedStyle(like);
  const font = { fill: color, 'font-family': fontFamily, 'font-size': 14 };
  const text = (x: number, y: number, content: string, weight: number) =>
    svg('text', { x, y, ...font, 'font-weight': weight }, content);
  const whole = svg('svg');
  let [x, height] = [0, 0];
  for (const { title, part } of parts) {
    whole.append(text(x + margin, 20, title, 600));
    part.element.setAttribute('x', String(x));
    part.element.setAttribute('y', String(titleHeight));
    whole.append(part.element);
    x += part.width;
    height = Math.max(height, part.height);
  }
  whole.append(text(margin, titleHeight + height + 14, caption, 400));
  const width = Math.max(x, 7.5 * caption.length + 2 * margin);
  const box = [0, 0, width, height + 2 * titleHeight] as const;
  size(whole, box);
  return { element: whole, width: box[2], height: box[3] };
}

export function svgText({ element }: SvgPart): string {
  element.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(element);
}

// Browsers refuse larger canvases.
const largest = { side: 16_000, area: 120e6 };

/** The drawing as PNG on a background, with two pixels for each of its own, or fewer if it is large. */
export async function pngFile(part: SvgPart, background: string): Promise<Uint8Array> {
  const { width, height } = part;
  const scale = Math.min(
    2,
    largest.side / Math.max(width, height),
    Math.sqrt(largest.area / (width * height)),
  );
  const url = URL.createObjectURL(new Blob([svgText(part)], { type: 'image/svg+xml' }));
  try {
    const image = new Image(width, height);
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [Math.ceil(width * scale), Math.ceil(height * scale)];
    const context = canvas.getContext('2d');
    if (context) context.fillStyle = background;
    context?.fillRect(0, 0, canvas.width, canvas.height);
    context?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (!blob) throw new Error('The browser could not draw a picture of this size.');
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}

function size(element: SVGSVGElement, box: readonly [number, number, number, number]): void {
  element.setAttribute('viewBox', box.join(' '));
  element.setAttribute('width', String(box[2]));
  element.setAttribute('height', String(box[3]));
}

// Elements of the same kind look the same; a computed style takes long for each of thousands.
function styleReader() {
  const known = new Map<string, [string, string][]>();
  const classOf = (element: Element | null) => element?.getAttribute('class') ?? '';
  return (element: Element): [string, string][] => {
    const parent = element.parentElement;
    const family = parent?.getAttribute('data-family') ?? '';
    const selected = parent?.getAttribute('aria-selected') ?? '';
    const classes = [element, parent, parent?.parentElement ?? null].map(classOf);
    const key = [element.tagName, ...classes, family, selected].join('|');
    let attributes = known.get(key);
    if (!attributes) known.set(key, (attributes = readStyle(element)));
    return attributes;
  };
}

function readStyle(element: Element): [string, string][] {
  const style = getComputedStyle(element);
  return copied.flatMap((name): [string, string][] => {
    const value = style.getPropertyValue(name);
    return value ? [[name, value]] : [];
  });
}
