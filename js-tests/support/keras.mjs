// The package as it was built, started.
import { initialize } from '../../dist/index.js';

export * from '../../dist/index.js';

await initialize();
