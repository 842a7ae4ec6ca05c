// The operations that have a form in ONNX, by class. A new one is an entry of the table of its module.
import type { LayerForm } from '../model/call.js';

export const operationForms: Readonly<Record<string, LayerForm>> = {};
