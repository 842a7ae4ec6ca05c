// The Chromium that the browser tests and the bench drive.
import { aptInstall, canInstall } from '../toolchain/apt.mjs';
import { StepError, which } from './process.mjs';

/** Switches for a headless Chromium that requests nothing by itself. */
export const chromiumSwitches = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Path of a Chromium or Chrome: $CHROMIUM_PATH, or one on PATH, or null. */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  return process.env.CHROMIUM_PATH || names.map(which).find(Boolean) || null;
}

/** Like findChromium(), but installs Chromium on a Debian-like system, and fails elsewhere. */
export async function ensureChromium() {
  if (!findChromium() && canInstall()) await aptInstall('chromium');
  const path = findChromium();
  if (!path) throw new StepError('No Chromium found: install one, or set CHROMIUM_PATH.');
  return path;
}
