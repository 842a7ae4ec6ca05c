// The graph on the whole screen, with its slider, search and views.

/** Connects a button that shows an element alone on the screen; hides it where browsers cannot do that. */
export function connectFullScreen(button: HTMLButtonElement, element: HTMLElement): void {
  if (!document.fullscreenEnabled) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    const change = document.fullscreenElement
      ? document.exitFullscreen()
      : element.requestFullscreen();
    change.catch(() => undefined); // the browser refused
  });
  document.addEventListener('fullscreenchange', () => {
    const isFull = document.fullscreenElement === element;
    button.setAttribute('aria-pressed', String(isFull));
  });
}
