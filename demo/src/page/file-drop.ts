// Receives files that are picked, or dropped anywhere on the page: one, or several that belong together.

export function onFiles(
  input: HTMLInputElement,
  zone: HTMLElement,
  opened: (files: readonly [File, ...File[]]) => void,
) {
  const receive = ([first, ...others]: readonly File[]) => {
    if (first) opened([first, ...others]);
  };
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    // Cleared, so that the same file can be picked again.
    input.value = '';
    receive(files);
  });
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  document.addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.add('over');
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) zone.classList.remove('over');
  });
  document.addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.remove('over');
    receive([...(event.dataTransfer?.files ?? [])]);
  });
}
