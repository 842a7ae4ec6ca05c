// A field for the code of classes that a file names and nothing defines. It comes with stubs to complete.
import { html } from '../dom.js';
import { EngineError } from '../engine/answer.js';

/** The field, and a button that opens the file again with these classes; null when the error is about something else. */
export function unknownClasses(
  error: unknown,
  previous: string,
  open: (classes: string) => void,
): HTMLElement | null {
  const stubs = error instanceof EngineError ? error.stubs : null;
  if (stubs === null && previous === '') return null;
  const field = html('textarea', {
    ...{ class: 'classes', rows: 16, spellcheck: 'false', id: 'classes' },
  });
  field.value = stubs ?? previous;
  const button = html('button', { type: 'button', id: 'open-with-classes' }, 'Run this and open');
  button.addEventListener('click', () => open(field.value));
  return html(
    'div',
    { class: 'unknown' },
    html(
      'label',
      { for: 'classes' },
      'These are stubs of what the file uses. Complete them, or paste your own classes:',
    ),
    field,
    button,
  );
}
