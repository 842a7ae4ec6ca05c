// Sound files as the values of an input.
import { html } from '../dom.js';
import type { Port, Values } from '../types.js';

// Shorter inputs are hardly sound.
const shortest = 400;
const usualRate = 16_000; // Hz, what most models of speech take
// Of inputs of any length.
const longest = 10; // s

/** Whether an input takes samples of a sound: many numbers in a row, with at most one channel. */
export function takesSound({ shape, dtype }: Port): boolean {
  const [, length, channels = 1, ...others] = shape;
  if (others.length > 0 || channels !== 1 || !/float/.test(dtype)) return false;
  return length === null || (length !== undefined && length >= shortest);
}

/** The sound in a file at a rate of samples per second: one channel, from -1 to 1; cut, or followed by silence. */
export async function soundValues(file: Blob, rate: number, { shape }: Port): Promise<Values> {
  const context = new OfflineAudioContext(1, 1, rate);
  const sound = await context.decodeAudioData(await file.arrayBuffer()).catch(() => null);
  if (!sound) throw new Error('The browser does not know this kind of sound file.');
  const length = shape[1] ?? Math.min(sound.length, longest * rate);
  const values = new Float32Array(length);
  for (let channel = 0; channel < sound.numberOfChannels; channel++) {
    const data = sound.getChannelData(channel);
    for (let i = 0; i < Math.min(length, data.length); i++)
      values[i]! += data[i]! / sound.numberOfChannels;
  }
  return { values, shape: shape.length === 3 ? [1, length, 1] : [1, length] };
}

/** A field for the file, and one for the rate. */
export function soundFields(port: Port, picked: (file: File, rate: number) => void): HTMLElement[] {
  const file = html('input', {
    ...{ type: 'file', accept: 'audio/*', class: 'sound-file' },
    'aria-label': `Sound file for ${port.name}`,
  });
  const rate = html('input', { type: 'number', min: 3000, max: 96000, value: usualRate });
  const read = () => {
    const chosen = file.files?.[0];
    if (chosen) picked(chosen, Number(rate.value) || usualRate);
  };
  file.addEventListener('change', read);
  rate.addEventListener('change', read);
  return [file, html('label', { class: 'rate' }, 'Samples per second ', rate)];
}
