// keras-wasm score: a result line for each line of standard input.
import type { Model, TensorTree } from '../../index.js';
import { choice, positive, text, type Options, type Subcommand } from '../command.js';
import { flatJson, jsonOfSamples, readData, writeData } from '../data/data_files.js';
import { tensorsFor } from '../data/data_for_inputs.js';
import { openModel, start } from '../engine.js';
import { CommandError, messageOf, naming, UsageError } from '../failure.js';
import { ModelInputs } from '../model_inputs.js';
import { clearProgress, note, progress, write } from '../output.js';
import { disposeAll, predictRows, type Result } from '../score/batches.js';
import { readLines, type Line } from '../score/lines.js';
import { csvRows, jsonRows, type Row } from '../score/rows.js';

const FORMATS = ['ndjson', 'csv', 'files'] as const;
const MEBIBYTE = 2 ** 20;

export const score: Subcommand = {
  name: 'score',
  arguments: 'MODEL',
  count: [1, 1],
  summary:
    'Reads samples on standard input and writes one result line for each line, in the same order.',
  details: `--format says what a line is:
  ndjson  JSON: the sample, or an object with a sample for each input by name (the default)
  csv     numbers: the elements of all inputs, in their order
  files   the path of an .npy file of samples, or of an .npz file with an array for each input

Lines are predicted in batches of consecutive lines; --batch-size 1 answers each line before the next one is read.
The variant is simd unless --variant says otherwise: results are the same on every machine.`,
  options: {
    format: { type: 'string', value: 'NAME', help: 'ndjson, csv or files.' },
    'batch-size': { type: 'string', value: 'N', help: 'Lines predicted at once; 32 by default.' },
    'on-error': {
      type: 'string',
      value: 'stop|mark',
      help: 'At a line that fails: stop, or write {"line": N, "error": "..."} and go on.',
    },
    to: {
      type: 'string',
      value: 'ndjson|csv',
      help: 'Result lines as JSON (the default) or numbers.',
    },
    suffix: {
      type: 'string',
      value: 'TEXT',
      help: 'With --format files: write a.npy to a + TEXT (as in .out.npy), and print that path.',
    },
    'max-line': { type: 'string', value: 'MIB', help: 'Longest line; 64 by default.' },
  },
  async run([path], options) {
    const format = choice(options, 'format', FORMATS) ?? 'ndjson';
    const settings = readSettings(options, format);
    await start(options, 'simd');
    const model = await openModel(path!, options);
    const inputs = new ModelInputs(model);
    const results = new ResultWriter(settings);
    const scorer =
      format === 'files'
        ? fileScorer(model, inputs, settings)
        : rowScorer(model, inputs, await naming(path!, () => parserOf(format, inputs)));
    await scoreLines(scorer, results, settings);
    clearProgress();
    if (results.failed > 0) note(`${results.failed} of ${results.lines} lines failed`);
  },
};

interface Settings {
  readonly batchSize: number;
  readonly marksErrors: boolean;
  readonly isCsv: boolean;
  readonly suffix: string | undefined;
  readonly mostBytes: number;
}

function readSettings(options: Options, format: (typeof FORMATS)[number]): Settings {
  const suffix = text(options, 'suffix');
  if (suffix !== undefined && format !== 'files')
    throw new UsageError('--suffix is for --format files.');
  return {
    batchSize: format === 'files' ? 1 : (positive(options, 'batch-size') ?? 32),
    marksErrors: choice(options, 'on-error', ['stop', 'mark']) === 'mark',
    isCsv: choice(options, 'to', ['ndjson', 'csv']) === 'csv',
    suffix,
    mostBytes: (positive(options, 'max-line') ?? 64) * MEBIBYTE,
  };
}

const parserOf = (format: 'ndjson' | 'csv', inputs: ModelInputs) =>
  format === 'csv' ? csvRows(inputs) : jsonRows(inputs);

/** The results of some lines, one for each. */
type Scorer = (lines: readonly Line[]) => Promise<Result[]>;

async function scoreLines(
  scorer: Scorer,
  results: ResultWriter,
  { batchSize, mostBytes }: Settings,
): Promise<void> {
  let lines: Line[] = [];
  const flush = async (): Promise<void> => {
    const batch = lines;
    lines = [];
    await results.write(batch, await scorer(batch));
  };
  try {
    for await (const line of readLines(process.stdin, mostBytes)) {
      lines.push(line);
      if (lines.length === batchSize) await flush();
    }
  } catch (error) {
    // What was read before an endless line still gets its results.
    if (error instanceof CommandError && lines.length > 0) await flush();
    throw error;
  }
  if (lines.length > 0) await flush();
}

function rowScorer(model: Model, inputs: ModelInputs, parse: (text: string) => Row): Scorer {
  return (lines) => {
    const parsed = lines.map((line): Row | { error: string } => {
      try {
        if (line.text.trim() === '') throw new CommandError('it is empty');
        return parse(line.text);
      } catch (error) {
        return { error: messageOf(error) };
      }
    });
    const rows = parsed.filter((row): row is Row => !('error' in row));
    const predicted = predictRows(model, inputs, rows)[Symbol.iterator]();
    return Promise.resolve(
      parsed.map((row): Result => ('error' in row ? row : predicted.next().value!)),
    );
  };
}

function fileScorer(model: Model, inputs: ModelInputs, { suffix }: Settings): Scorer {
  return async ([line]) => {
    const file = line!.text.trim();
    try {
      const arrays = await readData(file);
      const tensors = tensorsFor([{ input: undefined, file, arrays }], inputs);
      const outputs = model.predict<TensorTree>(inputs.nest(tensors));
      for (const tensor of tensors) tensor.dispose();
      if (suffix === undefined) {
        const json = jsonOfSamples(outputs, ', ');
        disposeAll(outputs);
        return [{ json }];
      }
      const target = file.replace(/\.np[yz]$/, '') + suffix;
      await writeData(target, outputs);
      disposeAll(outputs);
      return [{ json: JSON.stringify(target) }];
    } catch (error) {
      return [{ error: messageOf(error) }];
    }
  };
}

/** Writes result lines. */
class ResultWriter {
  lines = 0;
  failed = 0;
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** CommandError with the number of the first line that failed, unless errors are marked; those before it are written. */
  async write(lines: readonly Line[], results: readonly Result[]): Promise<void> {
    let text = '';
    for (const [i, result] of results.entries()) {
      const { number } = lines[i]!;
      if ('json' in result) {
        text += `${this.#settings.isCsv ? flatJson(result.json) : result.json}\n`;
      } else {
        if (!this.#settings.marksErrors) {
          await write(text);
          throw new CommandError(`line ${number}: ${result.error}`);
        }
        ++this.failed;
        text += `${JSON.stringify({ line: number, error: result.error })}\n`;
      }
      ++this.lines;
    }
    await write(text);
    progress(`${this.lines} lines`);
  }
}
