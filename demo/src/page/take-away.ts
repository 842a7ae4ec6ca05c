// What a visitor takes home: files of the clone, the edit as a program, a page and a link, pictures of the graphs.
import { byId } from '../dom.js';
import * as engine from '../engine/engine.js';
import { pngFile, svgText, type SvgPart } from '../graph/svg-file.js';
import { offer } from './offer.js';
import { recipePage } from './recipe-page.js';
import { classesFile, snippetOf } from './snippet.js';
import type { Workbench } from './workbench.js';

type Say = (progress: string) => void;

/** `link` brings the address of the page up to date, and returns it unless it cannot name the model. */
export function connectTakeAway(workbench: Workbench<unknown>, link: () => string | null): void {
  const stem = () => workbench.name.replace(/\.\w+$/, '');
  const onClick = (id: string, what: string, task: (say: Say) => Promise<string>) =>
    byId(id, HTMLButtonElement).addEventListener(
      'click',
      () => void workbench.work(what, (say) => task(say)),
    );
  const cloneId = () => {
    if (!workbench.clone) throw new Error('There is no clone: the hook failed.');
    return workbench.clone.id;
  };
  onClick('download', 'Saving', async (say) => {
    const file = await engine.save(cloneId(), {
      onProgress: ({ phase, loaded, total }) =>
        say(
          `${phase === 'weights' ? 'Saving' : 'Opening the saved file again'}: ${loaded} of ${total} layers …`,
        ),
    });
    offer(file, `${stem()}_clone.keras`);
    return `The clone has been saved and opened again (${file.size.toLocaleString('en')} bytes).`;
  });
  onClick('download-json', 'Saving model.json', async () => {
    offer(await engine.toJson(cloneId()), `${stem()}_clone.json`);
    return 'The config of the clone has been saved.';
  });
  const picture = (id: string, name: string, draw: () => SvgPart) => {
    const file = (ending: string) => `${stem()}_${name}.${ending}`;
    onClick(`${id}-svg`, 'Drawing', async () => {
      offer(svgText(draw()), file('svg'));
      return `${file('svg')} has been saved.`;
    });
    onClick(`${id}-png`, 'Drawing', async () => {
      offer(await pngFile(draw(), background()), file('png'));
      return `${file('png')} has been saved.`;
    });
  };
  picture('download', 'graph', () => workbench.graphs.picture());
  picture('download-diff', 'difference', () => workbench.graphs.differencePicture());
  const program = () => snippetOf(workbench.hook.code.text, workbench.opened, workbench.hook.value);
  onClick('download-code', 'Saving the program', async () => {
    offer(program(), 'edit.mjs');
    const { classes } = workbench.opened;
    if (!classes) return 'edit.mjs has been saved.';
    offer(classes, classesFile);
    return `edit.mjs and ${classesFile} have been saved.`;
  });
  onClick('download-page', 'Saving the page', async () => {
    cloneId();
    const page = recipePage({
      model: workbench.name,
      code: workbench.hook.code.text,
      setting: workbench.hook.setting,
      facts: workbench.facts,
      difference: workbench.differenceText,
      picture: svgText(workbench.graphs.differencePicture()),
      background: background(),
      program: program(),
      link: link(),
    });
    offer(page, `${stem()}_edit.html`);
    return `${stem()}_edit.html has been saved.`;
  });
  onClick('copy-link', 'Copying', async () => {
    const named = link();
    await navigator.clipboard.writeText(location.href);
    return named === null
      ? 'The link has been copied. It holds the hook, not your model, which stays on your machine.'
      : 'The link has been copied.';
  });
}

// Of the card behind the graph, in the colours that are in use.
function background(): string {
  return getComputedStyle(byId('main', HTMLElement)).getPropertyValue('--card');
}
