// The code editor, CodeMirror 6: loaded when the user begins to edit.
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
  redo,
  undo,
} from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
  syntaxTree,
} from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

export interface CodeEditor {
  readonly text: string;
  /** Replaces the code; `undo` brings the previous code back. */
  replace(text: string): void;
  undo(): boolean;
  redo(): boolean;
  focus(): void;
  /** Marks a line with a message; null removes the mark. */
  markLine(line: number | null, message: string): void;
  /** The first line that does not parse, or null. */
  wrongLine(): number | null;
}

export interface EditorEvents {
  changed(text: string): void;
  /** Ctrl + Enter. */
  run(): void;
}

// The page's own colours, for light and dark.
const highlighting = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.regexp], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
  { tag: tags.function(tags.variableName), color: 'var(--code-function)' },
]);

const theme = EditorView.theme({
  '&': { fontSize: '12px', color: 'var(--ink)', backgroundColor: 'var(--page)' },
  '.cm-content': { fontFamily: 'var(--mono)', caretColor: 'var(--ink)' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.45' },
  '.cm-gutters': { backgroundColor: 'var(--page)', color: 'var(--soft)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--tint) 50%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 25%, transparent) !important',
  },
  // CodeMirror's own marks are data: images, which the page's policy forbids.
  '.cm-lint-marker-error': {
    content: 'normal',
    borderRadius: '50%',
    backgroundColor: 'var(--removed)',
    transform: 'scale(0.7)',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    backgroundColor: 'var(--removed-tint)',
    textDecoration: 'underline var(--removed)',
  },
  '.cm-tooltip, .cm-diagnostic': { backgroundColor: 'var(--card)', color: 'var(--ink)' },
});

// Where a character replaces several lines, Chromium would merge them with inline styles, which the page's policy forbids.
function typeOverLines(event: InputEvent, view: EditorView): boolean {
  const { doc, selection } = view.state;
  const { from, to } = selection.main;
  if (event.inputType !== 'insertText' || !event.data) return false;
  if (doc.lineAt(from).number === doc.lineAt(to).number) return false;
  const typing = { userEvent: 'input.type', scrollIntoView: true };
  view.dispatch(view.state.replaceSelection(event.data), typing);
  return true;
}

/** Puts an editor into an element. Its styles are in a shadow root: the page's policy forbids inline styles. */
export function createEditor(host: HTMLElement, text: string, events: EditorEvents): CodeEditor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const keys = [
    { key: 'Mod-Enter', run: () => (events.run(), true) },
    { key: 'Escape', run: (view: EditorView) => (view.contentDOM.blur(), true) },
    ...historyKeymap,
    ...defaultKeymap,
    indentWithTab,
  ];
  const extensions = [
    ...[lineNumbers(), lintGutter(), highlightSpecialChars(), history(), drawSelection()],
    ...[indentOnInput(), bracketMatching(), highlightActiveLine(), javascript()],
    ...[syntaxHighlighting(highlighting), theme, keymap.of(keys), EditorView.lineWrapping],
    EditorView.contentAttributes.of({
      'aria-label': 'Code of the hook. Escape, then Tab leaves the editor.',
    }),
    EditorView.domEventHandlers({ beforeinput: typeOverLines }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) events.changed(update.state.doc.toString());
    }),
  ];
  const state = EditorState.create({ doc: text, extensions });
  const view = new EditorView({ state, parent: root, root });
  return {
    get text() {
      return view.state.doc.toString();
    },
    replace(insert) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } });
    },
    undo: () => undo(view),
    redo: () => redo(view),
    focus: () => view.focus(),
    markLine(line, message) {
      const { doc } = view.state;
      const place = line === null || line > doc.lines ? null : doc.line(line);
      const marks = place
        ? [{ from: place.from, to: place.to, severity: 'error' as const, message }]
        : [];
      view.dispatch(setDiagnostics(view.state, marks));
      if (place) view.dispatch({ effects: EditorView.scrollIntoView(place.from) });
    },
    wrongLine() {
      let wrong: number | null = null;
      syntaxTree(view.state).iterate({
        enter(node) {
          if (wrong === null && node.type.isError) wrong = view.state.doc.lineAt(node.from).number;
        },
      });
      return wrong;
    },
  };
}
