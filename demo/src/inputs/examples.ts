// Held-out rows of data for the samples that do not take digits.
import url from '../../models/samples.json?url';
import type { Port, Values } from '../types.js';

interface File {
  models: { inputs: Readonly<Record<string, number[][]>> | null }[];
}

export class Examples {
  readonly #sets: readonly Readonly<Record<string, number[][]>>[];

  static async load(): Promise<Examples> {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`The held-out examples are missing (HTTP ${answer.status}).`);
    return new Examples((await answer.json()) as File);
  }

  constructor({ models }: File) {
    this.#sets = models.flatMap(({ inputs }) => (inputs ? [inputs] : []));
  }

  /** The rows for the inputs of a model, if there are any: names and sizes must match a sample's. */
  for(ports: readonly Port[]): ExampleRows | null {
    const fits = (rows: Readonly<Record<string, number[][]>>) =>
      Object.keys(rows).length === ports.length &&
      ports.every(({ name, shape }) => rows[name]?.[0]?.length === shape[1] && shape.length === 2);
    const rows = this.#sets.find(fits);
    return rows ? new ExampleRows(rows) : null;
  }
}

export class ExampleRows {
  readonly #rows: Readonly<Record<string, number[][]>>;

  constructor(rows: Readonly<Record<string, number[][]>>) {
    this.#rows = rows;
  }

  get count(): number {
    return Object.values(this.#rows)[0]!.length;
  }

  values({ name }: Port, index: number): Values {
    const values = this.#rows[name]![index]!;
    return { values, shape: [1, values.length] };
  }
}
