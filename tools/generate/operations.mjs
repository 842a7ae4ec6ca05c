// The functions of keras.ops and keras.activations, with typed parameters.
import { identifierFunctions } from './identifiers.mjs';
import { declared, defaultText, docComment, header, isReserved, toCamelCase } from './naming.mjs';

// What functions return that do not return one tensor.
const results = {
  is_tensor: 'boolean',
  dtype: 'string',
  shape: '(number | null)[]',
  ndim: 'number',
  size: 'number',
};
for (const name of [
  'split array_split hsplit vsplit dsplit unstack meshgrid nonzero histogram top_k moments slogdet svd qr eig eigh',
  'divmod modf frexp lu_factor broadcast_arrays unravel_index fft fft2 ifft2 rfft stft ctc_decode',
]
  .join(' ')
  .split(' '))
  results[name] = 'Tensor[]';

const lists = /^(xs|operands|arrays|tensors)$/;
const axes = /^(axis|axes|source|destination|shift)$/;
const shapes = /^(shape|newshape|size|repeats|start_indices|noise_shape)$/;

function parameterType({ name, kind, default: value }) {
  if (lists.test(name)) return 'readonly TensorLike[]';
  if (name === 'dtype') return 'DType | null';
  if (axes.test(name)) return 'Axis';
  if (shapes.test(name)) return 'number | readonly (number | null)[] | Tensor';
  if (kind === 'call' || kind === 'keyword' || kind === 'anyCount') {
    if (typeof value === 'boolean') return 'boolean';
    if (typeof value === 'string') return 'string';
    return value === null ? 'TensorLike | null' : 'TensorLike';
  }
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'string') return 'string';
  return 'any';
}

/** The text of the module with all functions whose names have no dot. */
export function operationsModule(operations) {
  const plain = operations.filter(
    ({ function: name }) => !name.includes('.') && name !== 'get_item',
  );
  const spaces = new Map();
  for (const operation of operations) {
    const [space, name] = operation.function.split('.');
    if (name === undefined || space === 'activations') continue;
    spaces.set(space, [...(spaces.get(space) ?? []), { ...operation, name }]);
  }
  const parts = plain.map((operation) => functionText(operation, operation.function));
  for (const [space, members] of spaces) {
    const rows = members.map(
      (operation) =>
        `${docComment([`Keras's \`keras.ops.${operation.function}\`.`], '  ')}  ${toCamelCase(operation.name)}: ${value(operation)},\n`,
    );
    parts.push(
      `/** Keras's \`keras.ops.${space}\`. */\nexport const ${space} = {\n${rows.join('')}};\n`,
    );
  }
  const imports = [
    "import { op, type Axis, type TensorLike } from './call.js';",
    "import type { Tensor } from '../tensors/tensor.js';",
    "import type { DType } from '../base/config.js';",
  ];
  const text = parts.join('\n');
  return `${header('The functions of keras.ops.')}\n${usedOnly(imports, text)}\n\n${text}`;
}

/** The text of the module with the functions of keras.activations. */
export function activationsModule(operations) {
  const members = operations
    .filter(({ function: name }) => name.startsWith('activations.'))
    .map((operation) => functionText(operation, operation.function.split('.')[1]));
  const imports = [
    "import { op, type Axis, type TensorLike } from '../ops/call.js';",
    "import type { Tensor } from '../tensors/tensor.js';",
  ];
  const functions = identifierFunctions({
    family: 'activations',
    identifier: 'ActivationIdentifier',
    result: 'ActivationFunction',
  });
  imports.push(
    ...functions.imports,
    "import type { ActivationFunction, ActivationIdentifier } from './identifier_types.js';",
  );
  const text = members.join('\n') + functions.text;
  return `${header('`activations`: the functions of keras.activations.')}\n${usedOnly(imports, text)}\n\n${text}`;
}

// Imports without the names that the text does not use.
function usedOnly(imports, text) {
  return imports
    .map((line) =>
      line.replace(/\{(.*)\}/, (_, names) => {
        const used = names
          .split(',')
          .map((name) => name.trim())
          .filter((name) => new RegExp(`\\b${name.replace('type ', '')}\\b`).test(text));
        return `{ ${used.join(', ')} }`;
      }),
    )
    .filter((line) => !line.includes('{  }'))
    .join('\n');
}

function functionText(operation, pythonName) {
  const name = toCamelCase(pythonName);
  const module = operation.function.startsWith('activations.') ? 'keras' : 'keras.ops';
  const doc = docComment([
    `Keras's \`${module}.${operation.function}\`.`,
    ...operation.parameters
      .filter(
        ({ kind, default: value }) => kind === 'field' && value !== undefined && value !== null,
      )
      .map((p) => `@param ${toCamelCase(p.name)} ${defaultText(p.default)} by default.`),
  ]);
  const exported = isReserved(name) ? '' : 'export ';
  const alias = isReserved(name) ? `export { ${declared(name)} as ${name} };\n` : '';
  return `${doc}${exported}const ${declared(name)} = ${value(operation)};\n${alias}`;
}

function value({ function: name, parameters }) {
  const list = parameters.map(
    (p) => (p.kind === 'anyCount' ? '*' : p.kind === 'anyKeyword' ? '**' : '') + p.name,
  );
  const result = results[name.slice(name.lastIndexOf('.') + 1)] ?? 'Tensor';
  return `op('${name}', '${list.join(' ')}') as ${callType(parameters, result)}`;
}

// By position as in Python; what has a default can be given in a last object as well.
function callType(parameters, result) {
  const listed = parameters.filter(({ kind }) => kind !== 'anyKeyword');
  const rest = listed.find(({ kind }) => kind === 'anyCount');
  if (rest) {
    const before = listed
      .slice(0, listed.indexOf(rest))
      .map((p) => `${safe(toCamelCase(p.name))}: ${parameterType(p)}`);
    return `(${[...before, `...${toCamelCase(rest.name)}: readonly TensorLike[]`].join(', ')}) => ${result}`;
  }
  const optional = listed.filter((p) => p.default !== undefined);
  const positional = listed.map(
    (p) => `${safe(toCamelCase(p.name))}${p.default === undefined ? '' : '?'}: ${parameterType(p)}`,
  );
  const byPosition = `(${positional.join(', ')}) => ${result}`;
  if (optional.length === 0) return byPosition;
  const required = listed
    .filter((p) => p.default === undefined)
    .map((p) => `${safe(toCamelCase(p.name))}: ${parameterType(p)}`);
  const members = optional.map((p) => `${toCamelCase(p.name)}?: ${parameterType(p)}`).join('; ');
  const byName = `(${[...required, `options: { ${members} }`].join(', ')}) => ${result}`;
  return `(${byPosition}) & (${byName})`;
}

const safe = (name) => (isReserved(name) ? `${name}_` : name);
