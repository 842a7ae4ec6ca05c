// Sample models, trained in Keras on data of scikit-learn (tools/fixtures/train_digits.py, train_samples.py).
import digits from '../../models/digits.keras?url';
import mlp from '../../models/digits_mlp.keras?url';
import nested from '../../models/digits_nested.keras?url';
import rnn from '../../models/digits_rnn.keras?url';
import transformer from '../../models/digits_transformer.keras?url';
import tumours from '../../models/tumours.keras?url';

export interface Sample {
  file: string;
  title: string;
  url: string;
}

export const samples: readonly [Sample, ...Sample[]] = [
  { file: 'digits.keras', title: 'Digit CNN', url: digits },
  { file: 'digits_nested.keras', title: 'Nested and shared', url: nested },
  { file: 'digits_rnn.keras', title: 'Bidirectional LSTM', url: rnn },
  { file: 'digits_transformer.keras', title: 'Transformer', url: transformer },
  { file: 'tumours.keras', title: 'Dicts in and out', url: tumours },
  { file: 'digits_mlp.keras', title: 'Sequential', url: mlp },
];

export async function fetchSample({ file, url }: Sample): Promise<Blob> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${file} is missing (HTTP ${answer.status}).`);
  return answer.blob();
}
