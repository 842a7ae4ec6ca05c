// Receives files that are picked, or dropped anywhere on the page.

export function onFile(input: HTMLInputElement, zone: HTMLElement, opened: (file: File) => void) {
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    // Cleared, so that the same file can be picked again.
    input.value = '';
    if (file) opened(file);
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
    const file = event.dataTransfer?.files[0];
    if (file) opened(file);
  });
}
