// The operations that have a form in ONNX, by class. A new one is an entry of the table of its kind.
import { elementwiseOperations } from './elementwise.js';
import { composedOperations } from './composed.js';
import { fourierOperations } from './fourier.js';
import { imageOperations } from './images.js';
import { nnOperations } from './nn.js';
import { placingOperations } from './placing.js';
import { reductionOperations } from './reductions.js';
import { shapingOperations } from './shaping.js';
import type { Forms } from './support.js';

export const operationForms: Forms = {
  ...composedOperations,
  ...elementwiseOperations,
  ...fourierOperations,
  ...imageOperations,
  ...nnOperations,
  ...placingOperations,
  ...reductionOperations,
  ...shapingOperations,
};
