// Describes errors for the user.
import { html } from '../dom.js';

/** `title` is what was tried. Keras's reason follows, and its path in the config. */
export function describeProblem(title: string, error: unknown): HTMLElement {
  const { message, kind, path } = partsOf(error);
  const reason = reasonIn(message);
  return html(
    'div',
    { class: 'message' },
    html('strong', {}, title),
    html('p', { class: 'sentence' }, kind ? `${kind}: ${reason}` : reason),
    path ? html('p', {}, 'In the file at ', html('code', {}, path)) : null,
    reason === message ? null : wholeMessage(message),
  );
}

// Keras quotes the whole config around the reason, which is at the end or before the config.
function reasonIn(message: string): string {
  const last = message.split('Exception encountered: ').at(-1) ?? message;
  return last.split(/\s*Full object config: /)[0] ?? last;
}

function wholeMessage(message: string): HTMLElement {
  const text = html('p', { class: 'sentence' }, message);
  return html('details', {}, html('summary', {}, 'The whole message'), text);
}

function partsOf(error: unknown): { message: string; kind?: string; path?: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  const { kind, path } = error as Error & { kind?: unknown; path?: unknown };
  return {
    message: error.message,
    ...(typeof kind === 'string' ? { kind } : {}),
    ...(typeof path === 'string' && path ? { path } : {}),
  };
}
