// Labelled digits that no model was trained on.
import url from '../../models/digits_heldout.json?url';

/** Rows and columns of a digit, and the value of a white pixel. */
export const digitFormat = { rows: 8, columns: 8, white: 16 };
const digitSize = digitFormat.rows * digitFormat.columns;

interface File {
  labels: number[];
  pixels_base64: string;
}

export class HeldOutDigits {
  readonly labels: readonly number[];
  /** All digits, 64 pixels each, 0..16. */
  readonly pixels: Float32Array;

  static async load(): Promise<HeldOutDigits> {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`The held-out digits are missing (HTTP ${answer.status}).`);
    return new HeldOutDigits((await answer.json()) as File);
  }

  constructor({ labels, pixels_base64 }: File) {
    this.labels = labels;
    this.pixels = Float32Array.from(atob(pixels_base64), (char) => char.charCodeAt(0));
  }

  get count(): number {
    return this.labels.length;
  }

  digit(index: number): { pixels: Float32Array; label: number } {
    const pixels = this.pixels.slice(index * digitSize, (index + 1) * digitSize);
    return { pixels, label: this.labels[index]! };
  }

  /** Indices of the nth digit of each label, for labels 0 to 9. */
  oneOfEach(nth: number): number[] {
    return Array.from({ length: 10 }, (_, label) => {
      const all = [...this.labels.keys()].filter((index) => this.labels[index] === label);
      return all[nth % all.length]!;
    });
  }
}
