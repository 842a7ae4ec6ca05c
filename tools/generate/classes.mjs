// Generates a class with typed options for each layer, initializer, regularizer, constraint and dtype policy.
import { readFileSync } from 'node:fs';
import { identifierFunctions } from './identifiers.mjs';
import { declared, defaultText, docComment, header, toCamelCase } from './naming.mjs';

// Options that LayerOptions declares.
const layerKeys = new Set(['name', 'trainable', 'dtype', 'activity_regularizer']);

// Keras's public classes that extend one another; all others extend the base of their family.
const bases = {
  AdditiveAttention: 'Attention',
  ConvLSTM1D: 'RNN',
  ConvLSTM2D: 'RNN',
  ConvLSTM3D: 'RNN',
  FlaxLayer: 'JaxLayer',
  GRU: 'RNN',
  LSTM: 'RNN',
  ReversibleEmbedding: 'Embedding',
  SimpleRNN: 'RNN',
  SpatialDropout1D: 'Dropout',
  SpatialDropout2D: 'Dropout',
  SpatialDropout3D: 'Dropout',
  SpectralNormalization: 'Wrapper',
  TimeDistributed: 'Wrapper',
  L1: 'L1L2',
  L2: 'L1L2',
  GlorotNormal: 'VarianceScaling',
  GlorotUniform: 'VarianceScaling',
  HeNormal: 'VarianceScaling',
  HeUniform: 'VarianceScaling',
  LecunNormal: 'VarianceScaling',
  LecunUniform: 'VarianceScaling',
  FloatDTypePolicy: 'DTypePolicy',
  QuantizedDTypePolicy: 'DTypePolicy',
  QuantizedFloat8DTypePolicy: 'QuantizedDTypePolicy',
  GPTQDTypePolicy: 'QuantizedDTypePolicy',
  AWQDTypePolicy: 'QuantizedDTypePolicy',
  Int4DTypePolicy: 'QuantizedDTypePolicy',
  DTypePolicyMap: 'DTypePolicy',
};

// The types of properties whose options accept names and records too.
const readTypes = {
  ActivationIdentifier: 'ActivationFunction | KerasObject',
  ConstraintIdentifier: 'Constraint',
  InitializerIdentifier: 'Initializer',
  RegularizerIdentifier: 'Regularizer',
};

// Options that the core keeps as plain JSON, because Keras accepts several kinds of values for them.
const jsonTypes = {
  arguments: 'Readonly<Record<string, unknown>>',
  default_policy: 'DTypePolicyIdentifier',
  flash_attention: 'boolean | null',
  function: 'LambdaBody | string | ObjectRecord',
  input_length: 'number | readonly number[] | null',
  mask: 'Tensor | LambdaBody | ObjectRecord | null',
  mask_value: 'number',
  output_shape: 'number | Shape | Hook<(shape: Shape) => Shape> | ObjectRecord | null',
  policy_map: 'Readonly<Record<string, DTypePolicyIdentifier>> | null',
  renorm_clipping:
    '{ readonly rmin?: number; readonly rmax?: number; readonly dmax?: number } | null',
  sliding_window: 'number | null',
  use_cudnn: "boolean | 'auto'",
  value_range: 'readonly [number, number]',
  value: 'TensorData | Tensor',
  weights: 'unknown',
  window: 'string | TensorData | null',
};

// Options that take a layer or its record; properties hold the layer.
const layerOptions = { cell: 'Layer | readonly Layer[] | ObjectRecord' };

// Layers that combine several inputs into a single tensor.
const merging = new Set(
  'Add AdditiveAttention Attention Average Concatenate Dot Maximum Minimum Multiply Subtract'.split(
    ' ',
  ),
);

// Keras's first arguments.
const positional = JSON.parse(readFileSync(new URL('positional.json', import.meta.url), 'utf8'));

const summaries = JSON.parse(readFileSync(new URL('summaries.json', import.meta.url), 'utf8'));

// Properties of layers that hold other layers.
const heldLayers = {
  Bidirectional: {
    forwardLayer: 'The layer that runs forwards.',
    backwardLayer: 'The layer that runs backwards.',
  },
  RNN: { cell: 'The cell that computes a step.' },
  Wrapper: { layer: 'The wrapped layer.' },
};

// The modules of the types that fields have.
const imports = {
  ActivationIdentifier: '../families/identifier_types.js',
  ConstraintIdentifier: '../families/identifier_types.js',
  DTypePolicyIdentifier: '../families/identifier_types.js',
  InitializerIdentifier: '../families/identifier_types.js',
  RegularizerIdentifier: '../families/identifier_types.js',
  ObjectRecord: '../families/identifier_types.js',
  Hook: '../base/callable.js',
  LambdaBody: '../serialization/custom_objects.js',
  Config: '../base/config.js',
  DType: '../base/config.js',
  Shape: '../base/config.js',
  Tensor: '../tensors/tensor.js',
  TensorData: '../tensors/data.js',
  KerasTensor: '../tensors/tensor.js',
  TensorTree: '../tensors/tree.js',
  CallArgument: '../ops/call_value.js',
  CallArguments: '../ops/call_value.js',
  SeedGenerator: '../ops/seed_generator.js',
  ActivationFunction: '../families/identifier_types.js',
  Constraint: '../families/constraint.js',
  Initializer: '../families/initializer.js',
  KerasObject: '../serialization/object.js',
  Quantizer: '../families/quantizer.js',
  Regularizer: '../families/regularizer.js',
  Variable: '../tensors/variable.js',
  AdaptableLayer: './adaptable_layer.js',
  VocabularyLayer: './adaptable_layer.js',
};

// Those that are extended.
const classImports = new Set(['AdaptableLayer', 'VocabularyLayer']);

/**
 * The text of a module with the classes of a family.
 *
 * @param base { name, from, options? }: the base class, its module, and the interface of its options.
 * @param ownClass whether the module exports the base class.
 * @param identifiers arguments of identifierFunctions() for a family with get, serialize and deserialize.
 */
export function classesModule({ what, family, classes, base, ownClass, identifiers }) {
  // Classes of private modules are not exported by Keras.
  const isExported = ({ className, module }) =>
    className !== base.name && !module.startsWith('keras.src.');
  const listed = inOrder(classes.filter(isExported));
  const used = new Set();
  const texts = { ...summaries[family] };
  const body = listed
    .map((described) => classText(described, { base, listed, texts }, used))
    .join('\n');
  const aliases = listed.flatMap(({ className, aliases: names }) =>
    names
      .split(' ')
      .filter((name) => /^[A-Z]\w*$/.test(name) && !classes.some((c) => c.className === name))
      .map(
        (name) =>
          `/** Another name of {@link ${className}}. */\nexport { ${declared(className)} as ${name} };\n`,
      ),
  );
  const lines = [];
  const baseNames = [base.name, base.options && `type ${base.options}`].filter(Boolean);
  lines.push(`import { ${baseNames.join(', ')} } from '${base.from}';`);
  if (body.includes('named(')) lines.push("import { named } from '../boundary/positional.js';");
  const functions = identifiers && identifierFunctions(identifiers);
  if (functions) {
    lines.push(...functions.imports);
    used.add(identifiers.identifier);
  }
  const groups = new Map();
  for (const name of used) {
    if (!imports[name]) continue;
    if (classImports.has(name)) {
      lines.push(`import { ${name} } from '${imports[name]}';`);
      continue;
    }
    groups.set(imports[name], [...(groups.get(imports[name]) ?? []), name]);
  }
  for (const [from, names] of groups)
    lines.push(`import type { ${names.sort().join(', ')} } from '${from}';`);
  const own = ownClass ? `export { ${base.name} };\n\n` : '';
  return `${header(what)}\n${lines.sort().join('\n')}\n\n${own}${body}\n${aliases.join('\n')}${functions?.text ?? ''}`;
}

// Sorted by name, but after the class that it extends.
function inOrder(classes) {
  const byName = new Map(classes.map((described) => [described.className, described]));
  const placed = new Set();
  const place = (described) => {
    if (placed.has(described)) return;
    const base = byName.get(bases[described.className]);
    if (base) place(base);
    placed.add(described);
  };
  [...classes].sort((a, b) => (a.className < b.className ? -1 : 1)).forEach(place);
  return [...placed];
}

// The base of the family, or the one with the methods of a class that adapts to data.
function familyBase({ adaptable, hasVocabulary, fields }, base, used) {
  if (!adaptable) return base.name;
  const name = hasVocabulary ? 'VocabularyLayer' : 'AdaptableLayer';
  used.add(name);
  const isOfIntegers = fields.some(({ key }) => key === 'vocabulary_dtype');
  return isOfIntegers ? `${name}<number>` : name;
}

function classText(described, { base, listed, texts }, used) {
  const { className, fields } = described;
  const extended = listed.some((c) => c.className === bases[className])
    ? bases[className]
    : familyBase(described, base, used);
  const shared = base.options ? layerKeys : new Set();
  // InputLayer lacks the common options.
  const isBare = base.options && !fields.some(({ key }) => key === 'trainable');
  const own = fields.filter(
    (field) => !field.writeOnly && (isBare ? field.key !== 'name' : !shared.has(field.key)),
  );
  const optionsName = `${className}Options`;
  const rows = own.map((field) => fieldText(field, used)).join('');
  const heritage = base.options ? ` extends ${base.options}` : '';
  const required = own.some((field) => field.required);
  const options = `/** Options of \`${className}\`. */\nexport interface ${optionsName}${heritage} {\n${rows}}\n`;
  const doc = docComment([texts[className] ?? `\`${className}\` of Keras.`]);
  // The base class requires options that this class does not have: RNN takes a cell, LSTM creates one.
  const above = listed.find((each) => each.className === extended)?.fields ?? [];
  const needsCast = above.some(
    ({ key, required }) => required && !own.some((field) => field.key === key && field.required),
  );
  const properties = propertiesText(described, { base, listed, own }, used);
  return `${options}
${properties}${doc}export class ${declared(className)} extends ${extended} {
  static override readonly className: string = '${className}';
${weightNamesText(described, listed)}
${constructorText(described, { own, optionsName, required, needsCast })}
${Object.entries(heldLayers[className] ?? {})
  .map(heldLayerText)
  .join('')}}
`;
}

const parameterOf = (name) => (name === 'function' ? 'body' : name); // a reserved word

// Takes options, and Keras's first arguments by position. An argument that is no option here ends these.
function constructorText({ className }, { own, optionsName, required, needsCast }) {
  const cast = needsCast ? ' as never' : '';
  const options = required ? `options: ${optionsName}` : `options: ${optionsName} = {}`;
  const known = new Set([...own.map(({ key }) => key), 'name']);
  const listed = positional[className] ?? [];
  const end = listed.findIndex((key) => !known.has(key));
  const names = listed.slice(0, end < 0 ? listed.length : end).map(toCamelCase);
  if (names.length === 0) return `  constructor(${options}) {\n    super(options${cast});\n  }`;
  const overloads = names.map((_, i) => {
    const taken = names.slice(0, i + 1);
    const leaves = own.some(
      ({ key, required: isRequired }) => isRequired && !taken.includes(toCamelCase(key)),
    );
    const given = taken.map((name) => `${parameterOf(name)}: ${optionsName}['${name}'], `).join('');
    const others = `Omit<${optionsName}, ${taken.map((name) => `'${name}'`).join(' | ')}>`;
    return `  constructor(${given}options${leaves ? '' : '?'}: ${others});\n`;
  });
  return `  constructor(options${required ? '' : '?'}: ${optionsName});
${overloads.join('')}  constructor(...args: unknown[]) {
    super(named${needsCast ? '<never>' : ''}(new.target, args, '${names.join(' ')}'));
  }`;
}

// The interface of the class declares the properties that web/boundary/fields.ts defines.
function propertiesText(described, { base, listed, own }, used) {
  const { className } = described;
  const inherited = namesAbove(described, base, listed);
  const isNew = (name) => !inherited.has(name) && !(name in (heldLayers[className] ?? {}));
  const fieldRows = own
    .filter(({ key, readOnly }) => !readOnly && isNew(toCamelCase(key)))
    .map((field) => propertyText(field, used));
  const fieldNames = new Set(own.map(({ key }) => toCamelCase(key)));
  const weightRows = (described.weights ?? [])
    .map(toCamelCase)
    .filter((name) => isNew(name) && !fieldNames.has(name))
    .map((name) => {
      used.add('Variable');
      return `${docComment(['Null until the layer is built, and when it has none.'], '  ')}  readonly ${name}: Variable | null;\n`;
    });
  const rows = [...fieldRows, ...weightRows, applyText(className, used)].join('');
  return rows && `export interface ${declared(className)} {\n${rows}}\n\n`;
}

// Properties that the base classes declare.
function namesAbove({ className }, base, listed) {
  const names = new Set(base.properties);
  names.add('vocabularySize'); // a method
  for (let at = bases[className]; at !== undefined; at = bases[at]) {
    const found = listed.find((each) => each.className === at);
    if (!found) break;
    for (const { key } of found.fields) names.add(toCamelCase(key));
    for (const name of found.weights ?? []) names.add(toCamelCase(name));
    for (const name of Object.keys(heldLayers[at] ?? {})) names.add(name);
  }
  return names;
}

// `apply` of layers that return one tensor for several inputs.
function applyText(className, used) {
  if (!merging.has(className)) return '';
  for (const name of ['KerasTensor', 'Tensor', 'TensorTree', 'CallArgument', 'CallArguments'])
    used.add(name);
  return `  /** Calls the layer with its inputs in an array. Returns one tensor, unless stated otherwise: \`apply<Tensor[]>(...)\`. */
  apply<R extends TensorTree = KerasTensor>(inputs: TensorTree<KerasTensor>, ...args: CallArgument[]): R;
  apply<R extends TensorTree = Tensor>(inputs: TensorTree, ...args: CallArgument[]): R;
  apply<R extends TensorTree = TensorTree>(...args: CallArguments): R;
`;
}

function propertyText(field, used) {
  const { key, type, doc, assignable } = field;
  const given = typescript(field);
  const read = (type === 'Layer' ? 'Layer' : given).replace(
    /\b[A-Z]\w+/g,
    (name) => readTypes[name] ?? name,
  );
  for (const name of `${read} ${assignable ? given : ''}`.match(/\b[A-Z]\w+/g) ?? [])
    used.add(name);
  const name = toCamelCase(key);
  const comment = docComment([doc], '  ');
  if (!assignable) return `${comment}  readonly ${name}: ${read};\n`;
  return `${comment}  get ${name}(): ${read};\n  set ${name}(value: ${given});\n`;
}

function weightNamesText({ className, weights = [] }, listed) {
  if (weights.length === 0) return '';
  const above = listed.find((each) => each.className === bases[className])?.weights ?? [];
  const modifiers = `static${above.length > 0 ? ' override' : ''} readonly`;
  return `  /** @internal */\n  ${modifiers} weightNames: string = '${weights.join(' ')}';\n`;
}

function heldLayerText([name, doc]) {
  const key = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `\n${docComment([doc], '  ')}  get ${name}(): Layer {\n    return this.heldLayer('${key}');\n  }\n`;
}

function fieldText(field, used) {
  const { key, doc, default: value, required } = field;
  const text = typescript(field);
  for (const name of text.match(/\b[A-Z]\w+/g) ?? []) used.add(name);
  const fallback = required ? '' : defaultText(value);
  const sentences = [doc, fallback && `By default ${fallback}.`].filter(Boolean).join(' ');
  return `${docComment([sentences], '  ')}  ${toCamelCase(key)}${required ? '' : '?'}: ${text};\n`;
}

function typescript({ key, type, default: value, required }) {
  const text = type
    .replace(/\bJsonValue\b/g, jsonTypes[key] ?? 'unknown')
    .replace(/\bQuantizationConfig\b/g, 'Readonly<Config>')
    .replace(/\breadonly Layer\[\]/g, 'readonly (Layer | ObjectRecord)[]')
    .replace(/^Layer$/, layerOptions[key] ?? 'Layer | ObjectRecord');
  if (required || value !== null || text === 'unknown' || text.includes('null')) return text;
  return `${text} | null`;
}
