// The built package, initialized.
import { initialize } from '../../dist/index.js';

export * from '../../dist/index.js';

await initialize();
