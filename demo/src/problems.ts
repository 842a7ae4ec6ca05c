// Says plainly what went wrong.
import { html } from './dom.js';

/** `title` is what was tried. Keras's sentence follows, and where in the config it happened. */
export function describeProblem(title: string, error: unknown): HTMLElement {
  const { message, kind, path } = partsOf(error);
  return html(
    'div',
    { class: 'message' },
    html('strong', {}, title),
    html('p', { class: 'sentence' }, kind ? `${kind}: ${message}` : message),
    path ? html('p', {}, 'In the config at ', html('code', {}, path)) : null,
  );
}

function partsOf(error: unknown): { message: string; kind?: string; path?: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  const { kind, path } = error as Error & { kind?: unknown; path?: unknown };
  return {
    message: error.message,
    ...(typeof kind === 'string' ? { kind } : {}),
    ...(typeof path === 'string' ? { path } : {}),
  };
}
