// ONNX files, which are only written (onnx.ai/onnx/repo-docs/IR.html).
import { NotImplementedError, ValueError } from '../../../errors/errors.js';
import type { SavableModel } from '../../savable_model.js';
import { readableSize } from '../../size_limits.js';
import type { FilesToWrite, WriteModelOptions } from '../file_format.js';
import { describeModel } from '../../describe_model.js';
import { refusal } from '../../model_description.js';

/**
 * The file of a model, and with `externalData` the file of its weights.
 *
 * @throws NotImplementedError with the names of all layers that have no form in ONNX.
 */
export async function writeOnnx(
  model: SavableModel,
  name: string,
  { externalData }: WriteModelOptions,
): Promise<FilesToWrite> {
  const description = describeModel(model);
  const { exportModel } = await import('./export_model.js');
  const dataName = externalData ? `${name}.data` : undefined;
  const result = exportModel(description, { externalData: dataName });
  if (result.problems.length > 0)
    throw new NotImplementedError(refusal(description.model.name, 'ONNX', result.problems));
  if (!result.model)
    throw new ValueError(
      `The ONNX file would have ${readableSize(result.tooLarge!)}, and a file can have at most 2 GB. Pass \`externalData: true\`, which writes the weights into a file of their own.`,
    );
  const files = new Map<string, Uint8Array>();
  // First the weights: once the model is written, all files that it names exist.
  if (result.external) files.set(dataName!, result.external);
  return files.set(name, result.model);
}
