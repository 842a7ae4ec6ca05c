// Pictures from the camera as the values of an input.
import { html } from '../dom.js';
import type { Port, Values } from '../types.js';
import type { ImageFormat } from './raster.js';
import { pictureValues } from './image-file.js';

export interface CameraEvents {
  taken(values: Values | null): void;
  failed(message: string): void;
}

/** A button that starts the camera, then takes pictures. The camera is off again when the element has been removed. */
export function camera(format: ImageFormat, port: Port, events: CameraEvents): HTMLElement {
  const video = html('video', { class: 'camera', muted: true, playsinline: true, hidden: true });
  video.muted = true;
  const button = html('button', { type: 'button', class: 'camera-button' }, 'Start the camera');
  let stream: MediaStream | null = null;
  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
  };
  const begin = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: true });
    } catch (error) {
      return events.failed(`The camera did not start: ${(error as Error).message}`);
    }
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    button.textContent = 'Take a picture';
  };
  button.addEventListener('click', () => {
    if (stream) events.taken(pictureValues(video, format, port));
    else void begin();
  });
  const element = html('div', { class: 'camera-box' }, video, button);
  const watch = setInterval(() => {
    if (element.isConnected) return;
    clearInterval(watch);
    stop();
  }, 1000);
  return element;
}
