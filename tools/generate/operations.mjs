// Generates the functions of keras.ops and keras.activations from the rows that the core describes.
import { identifierFunctions } from './identifiers.mjs';
import { declared, defaultText, docComment, header, isReserved, toCamelCase } from './naming.mjs';

// TypeScript of the types that the core states (ValueType in src/ops/table/arguments.h).
const parameterTypes = {
  any: 'unknown',
  tensor: 'TensorLike',
  tensors: 'readonly TensorLike[] | Tensor',
  axes: 'Axis',
  int: 'Scalar',
  ints: 'Scalar | readonly number[]',
  size: 'Scalar | null',
  shape: 'number | readonly (number | null)[] | Tensor',
  float: 'Scalar',
  bool: 'boolean',
  string: 'string',
  dtype: 'DType | null',
};

// Functions that return more than tensors.
const resultsOfFunctions = {
  'quantizers.pack_int4': '[packed: Tensor, packedShape: number[], origLen: number]',
};

const resultTypes = {
  ndarray: 'Constant<Tensor>',
  tensor: 'Tensor',
  tensors: 'Tensor[]',
  shape: '(number | null)[]',
  bool: 'boolean',
  string: 'string',
};

function parameterType({ type, nullable, default: value }) {
  const text = parameterTypes[type];
  const acceptsNull = nullable || value === null;
  return acceptsNull && !['any', 'axes', 'size', 'dtype'].includes(type) ? `${text} | null` : text;
}

// Modules beside keras.ops, whose functions are in `web/families`.
const ownModules = ['activations', 'quantizers'];

/** The module of keras.ops: functions, and objects such as `image`. */
export function operationsModule(operations) {
  const plain = operations.filter(
    ({ function: name }) => !name.includes('.') && name !== 'get_item',
  );
  const spaces = new Map();
  for (const operation of operations) {
    const [space, name] = operation.function.split('.');
    if (name === undefined || ownModules.includes(space)) continue;
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
    "import { op, type Axis, type Scalar, type TensorLike } from './call.js';",
    "import type { Constant } from '../boundary/python_values.js';",
    "import type { Tensor } from '../tensors/tensor.js';",
    "import type { DType } from '../base/config.js';",
  ];
  const text = parts.join('\n');
  return `${header('The functions of keras.ops.')}\n${usedOnly(imports, text)}\n\n${text}`;
}

/** The module of keras.activations. */
export function activationsModule(operations) {
  const members = operations
    .filter(({ function: name }) => name.startsWith('activations.'))
    .map((operation) => functionText(operation, operation.function.split('.')[1]));
  const imports = [
    "import { op, type Axis, type Scalar, type TensorLike } from '../ops/call.js';",
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

/** The functions of keras.quantizers. */
export function quantizerFunctionsModule(operations) {
  const text = operations
    .filter(({ function: name }) => name.startsWith('quantizers.'))
    .map((operation) => functionText(operation, operation.function.split('.')[1]))
    .join('\n');
  const imports = [
    "import { op, type Axis, type Scalar, type TensorLike } from '../ops/call.js';",
    "import type { Tensor } from '../tensors/tensor.js';",
    "import type { DType } from '../base/config.js';",
  ];
  return `${header('The functions of keras.quantizers.')}\n${usedOnly(imports, text)}\n\n${text}`;
}

// Removes names that the text does not use.
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
  const [space] = operation.function.split('.');
  const module = ownModules.includes(space) ? 'keras' : 'keras.ops';
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

function value({ function: name, parameters, result }) {
  const list = parameters.map(
    (p) => (p.kind === 'anyCount' ? '*' : p.kind === 'anyKeyword' ? '**' : '') + p.name,
  );
  const type = callType(parameters, resultsOfFunctions[name] ?? resultTypes[result]);
  return `op<${type}>('${name}', '${list.join(' ')}')`;
}

// Arguments are positional as in Python; those with defaults can also be passed in a last object.
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
