// Resident sizes of processes in bytes, as Linux counts them.
import { readFileSync, writeFileSync } from 'node:fs';

function sizeOf(id, name) {
  const status = readFileSync(`/proc/${id}/status`, 'utf8');
  return 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]);
}

/** The largest size of a process since its start, or since resetLargestSize(). */
export const largestSize = (id) => sizeOf(id, 'VmHWM');

/** Starts counting again. Returns the present size. */
export function resetLargestSize(id) {
  writeFileSync(`/proc/${id}/clear_refs`, '5');
  return sizeOf(id, 'VmRSS');
}
