// JavaScript code to start from, for classes and functions that a config names and nothing defines.

import type { Config } from '../base/config.js';
import type { UnknownRow } from '../errors/unknown_object.js';

/** Code, and what it imports from this package. */
export interface Stub {
  readonly code: string;
  readonly imports: readonly string[];
}

/** Options that `Layer` handles: a constructor passes them on. */
const layerKeys = new Set(['name', 'trainable', 'dtype', 'activity_regularizer']);
const graphKeys = new Set(['layers', 'input_layers', 'output_layers', 'build_input_shape']);
/** Properties that layers and models already have. */
const taken = new Set([
  ...['built', 'call', 'input', 'inputs', 'kind', 'layers', 'operations', 'output', 'outputs'],
  ...['path', 'raw', 'uid', 'variables', 'weights', 'build', 'apply', 'summary', 'save', 'add'],
]);
const reserved = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum ' +
    'eval export extends false finally for function if implements import in instanceof interface ' +
    'let new null options package private protected public return static super switch this ' +
    'throw true try typeof var void while with yield'
  ).split(' '),
);

/** A class or function that takes every key in the configs of all `rows`. */
export function stubOf(rows: readonly UnknownRow[]): Stub {
  const { kind, role, record, className } = rows[0]!;
  if (typeof record === 'string') return { code: bareName(record, role), imports: [] };
  if (kind === 'lambda') return lambdaStub(rows[0]!);
  if (kind === 'function') return functionStub(rows[0]!);
  const keys = new Map<string, unknown>();
  for (const row of rows) {
    for (const [key, value] of Object.entries((row.record as { config?: object }).config ?? {}))
      if (!keys.has(key)) keys.set(key, value);
  }
  if (role === 'initializer' || role === 'regularizer' || role === 'constraint')
    return finish(rows[0]!, memberClass(className, role, [...keys]));
  const own = [...keys].filter(([key]) => !layerKeys.has(key) && !graphKeys.has(key));
  if (keys.has('input_layers')) return finish(rows[0]!, graphClass(className, own));
  if (keys.has('layers') && 'compile_config' in record)
    return finish(rows[0]!, stackClass(className));
  return finish(rows[0]!, layerClass(rows[0]!, own));
}

function layerClass({ className, role, record }: UnknownRow, own: Key[]): Stub {
  const isModel = 'compile_config' in (record as Config);
  const base = isModel ? 'Model' : 'Layer';
  const members = constructorOf(own, role === 'cell' ? cellSizes(own) : [], 'options');
  if (!isModel)
    members.push(
      '  build(inputShape) {',
      "    // The weights, in Keras's order: this.kernel = this.addWeight({ name: 'kernel', shape: [...] });",
      '  }',
      '',
    );
  if (role === 'cell')
    members.push(
      '  call(inputs, states, { training }) {',
      '    return [states[0], states]; // to be written: the output, and the new states',
      '  }',
      '',
    );
  else
    members.push(
      '  call(inputs, { training, mask }) {',
      '    return inputs; // to be written',
      '  }',
      '',
    );
  members.push(...getConfigOf(own, '...super.getConfig()'));
  return { code: classText(className, base, members), imports: [base, ...importsOf(own)] };
}

function graphClass(className: string, own: Key[]): Stub {
  const members = own.length > 0 ? constructorOf(own, [], 'options') : [];
  if (own.length > 0) members.push(...getConfigOf(own, '...super.getConfig()'));
  return { code: classText(className, 'Model', members), imports: ['Model', ...importsOf(own)] };
}

function stackClass(className: string): Stub {
  return { code: classText(className, 'Sequential', []), imports: ['Sequential'] };
}

const memberCalls = {
  initializer: ['call(shape, dtype)', 'ops.zeros(shape, dtype)', 'the values'],
  regularizer: ['call(x)', '0', 'the penalty'],
  constraint: ['call(weight)', 'weight', 'the projected weight'],
} as const;

function memberClass(className: string, role: keyof typeof memberCalls, own: Key[]): Stub {
  const base = role.replace(/^./, (letter) => letter.toUpperCase());
  const [head, value, meaning] = memberCalls[role];
  const members = own.length > 0 ? constructorOf(own, [], null) : [];
  members.push(`  ${head} {`, `    return ${value}; // to be written: ${meaning}`, '  }', '');
  members.push(...getConfigOf(own, null));
  const imports = [base, ...(role === 'initializer' ? ['ops'] : []), ...importsOf(own)];
  return { code: classText(className, base, members), imports };
}

const functionShapes: Record<string, [string, string]> = {
  initializer: ['shape, { dtype }', 'ops.zeros(shape, dtype)'],
  regularizer: ['x', '0'],
};

function functionStub(row: UnknownRow): Stub {
  const [parameters, value] = functionShapes[row.role] ?? ['x', 'x'];
  const code = [
    `function ${identifier(bareNameOf(row.className))}(${parameters}) {`,
    `  return ${value}; // to be written`,
    '}',
  ].join('\n');
  return finish(row, { code, imports: row.role === 'initializer' ? ['ops'] : [] });
}

function lambdaStub({ registeredName: layer, record }: UnknownRow): Stub {
  const given = ((record as Config)['config'] as Config)['arguments'] as object | null | undefined;
  const names = Object.keys(given ?? {});
  const keywords = names.length > 0 ? `, { ${names.map(parameter).join(', ')} }` : '';
  return {
    code: `${property(layer)}: (inputs${keywords}) => inputs, // to be written`,
    imports: [],
  };
}

const bareName = (name: string, role: string): string =>
  `// Keras finds no custom ${role} by a bare name: in place of ${quote(name)} the config needs the record\n` +
  `// ${oneLine(JSON.stringify({ module: 'builtins', class_name: 'function', config: name, registered_name: 'function' }))}`;

// --- Text ---

type Key = [string, unknown];

function constructorOf(own: Key[], more: string[], rest: string | null): string[] {
  const names = own.map(([key]) => parameter(key));
  if (rest !== null) names.push(`...${rest}`);
  return [
    `  constructor({ ${names.join(', ')} } = {}) {`,
    `    super(${rest ?? ''});`,
    ...own.map(([key, value]) => `    ${assignment(key, value)}`),
    ...more,
    '  }',
    '',
  ];
}

function assignment(key: string, value: unknown): string {
  const name = identifier(key);
  if (holdsRecord(value)) return `this${member(key)} = deserializeKerasObject(${name});`;
  return `this${member(key)} = ${name}; // such as ${shorten(oneLine(JSON.stringify(value)))}`;
}

function getConfigOf(own: Key[], base: string | null): string[] {
  const entries = own.map(([key, value]) => {
    const read = `this${member(key)}`;
    return `${property(key)}: ${holdsRecord(value) ? `serializeKerasObject(${read})` : read}`;
  });
  const all = base === null ? entries : [base, ...entries];
  return ['  getConfig() {', `    return { ${all.join(', ')} };`, '  }', ''];
}

function cellSizes(own: Key[]): string[] {
  const size = own.find(([key]) => /^(units|state_size|hidden_size|filters)$/.test(key));
  const value = size ? identifier(size[0]) : '1';
  return [
    `    this.stateSize = ${value}; // one number for each state, in an array when there are several`,
    `    this.outputSize = ${value};`,
  ];
}

function classText(className: string, base: string, members: readonly string[]): string {
  const lines = [`class ${identifier(className, base)} extends ${base} {`];
  lines.push(`  static className = ${quote(className)};`, '', ...members);
  while (lines.at(-1) === '') lines.pop();
  return [...lines, '}'].join('\n');
}

// Adds how the config finds it: by a registered name, or by the bare name.
function finish({ kind, className, module, registeredName }: UnknownRow, stub: Stub): Stub {
  const bare = bareNameOf(className);
  const name = kind === 'function' ? identifier(bare) : identifier(className, ...stub.imports);
  const [packageName, registered] = registeredName.split('>');
  if (registered === undefined) {
    const reason = module?.startsWith('keras.') ? 'Not built in' : 'Not registered in Python';
    const entry = name === registeredName ? name : `${property(registeredName)}: ${name}`;
    return {
      ...stub,
      code: `${stub.code}\n// ${reason}: pass customObjects: { ${entry} }.`,
    };
  }
  const options = [`package: ${quote(packageName!)}`];
  if (registered !== bare) options.push(`name: ${quote(registered)}`);
  const call = `registerKerasSerializable({ ${options.join(', ')} })(${name});`;
  return {
    code: `${stub.code}\n${call}`,
    imports: [...stub.imports, 'registerKerasSerializable'],
  };
}

const importsOf = (own: Key[]): string[] =>
  own.some(([, value]) => holdsRecord(value))
    ? ['deserializeKerasObject', 'serializeKerasObject']
    : [];

function holdsRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (!Array.isArray(value) && 'class_name' in value && 'config' in value) return true;
  return Object.values(value).some(holdsRecord);
}

const isIdentifier = (text: string): boolean => /^[A-Za-z_$][\w$]*$/.test(text);
// A name from a file must not end a string or a comment.
const oneLine = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
const quote = (text: string): string => `'${oneLine(text.replace(/[\\']/g, '\\$&'))}'`;
const bareNameOf = (name: string): string => name.slice(name.lastIndexOf('>') + 1);
const property = (key: string): string => (isIdentifier(key) ? key : quote(key));
const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}...` : text);

// A variable name that differs from `others`.
function identifier(key: string, ...others: readonly string[]): string {
  const name = key.replace(/[^\w$]/g, '_').replace(/^(?=\d)|^$/, '_');
  return reserved.has(name) || others.includes(name) ? `${name}_` : name;
}

const parameter = (key: string): string =>
  identifier(key) === key ? key : `${property(key)}: ${identifier(key)}`;

function member(key: string): string {
  if (taken.has(key)) return `._${key}`;
  return isIdentifier(key) ? `.${key}` : `[${quote(key)}]`;
}
