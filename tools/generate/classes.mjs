// Classes with typed options: one for each layer, initializer, regularizer, constraint and dtype policy.
import { identifierFunctions } from './identifiers.mjs';
import { declared, defaultText, docComment, header, toCamelCase } from './naming.mjs';

// What every layer takes stands in LayerOptions.
const layerKeys = new Set(['name', 'trainable', 'dtype', 'activity_regularizer']);

// Keras's public classes that extend one another; all others extend the base of their family.
const bases = {
  AdditiveAttention: 'Attention',
  ConvLSTM1D: 'RNN',
  ConvLSTM2D: 'RNN',
  ConvLSTM3D: 'RNN',
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

// Layers that users reach as attributes of those that hold them.
const heldLayers = {
  Bidirectional: {
    forwardLayer: 'The layer that runs forwards.',
    backwardLayer: 'The layer that runs backwards.',
  },
  RNN: { cell: 'The cell that computes a step.' },
  Wrapper: { layer: 'The wrapped layer.' },
};

// How an options interface calls the types of fields, and where those come from.
const imports = {
  ActivationIdentifier: '../types/identifiers.js',
  ConstraintIdentifier: '../types/identifiers.js',
  DTypePolicyIdentifier: '../types/identifiers.js',
  InitializerIdentifier: '../types/identifiers.js',
  RegularizerIdentifier: '../types/identifiers.js',
  DType: '../types/config.js',
  SeedGenerator: '../families/seed_generator.js',
};

/**
 * The text of a module with the classes of a family.
 *
 * @param base { name, from, options? }: the class that they extend, its module, and the interface of its options.
 * @param identifiers of what the family's get, serialize and deserialize are made.
 */
export function classesModule({ what, classes, base, ownClass, identifiers }) {
  // Keras exports no classes of its private modules.
  const isExported = ({ className, module }) =>
    className !== base.name && !module.startsWith('keras.src.');
  const listed = inOrder(classes.filter(isExported));
  const used = new Set();
  const body = listed.map((described) => classText(described, base, listed, used)).join('\n');
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
  const functions = identifiers && identifierFunctions(identifiers);
  if (functions) {
    lines.push(...functions.imports);
    used.add(identifiers.identifier);
  }
  const groups = new Map();
  for (const name of used) {
    if (!imports[name]) continue;
    groups.set(imports[name], [...(groups.get(imports[name]) ?? []), name]);
  }
  for (const [from, names] of groups)
    lines.push(`import type { ${names.sort().join(', ')} } from '${from}';`);
  const own = ownClass ? `export { ${base.name} };\n\n` : '';
  return `${header(what)}\n${lines.sort().join('\n')}\n\n${own}${body}\n${aliases.join('\n')}${functions?.text ?? ''}`;
}

// A class stands after the one that it extends.
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

function classText({ className, fields }, base, listed, used) {
  const extended = listed.some((c) => c.className === bases[className])
    ? bases[className]
    : base.name;
  const shared = base.options ? layerKeys : new Set();
  // An InputLayer takes none of what layers take.
  const isBare = base.options && !fields.some(({ key }) => key === 'trainable');
  const own = fields.filter(
    (field) => !field.writeOnly && (isBare ? field.key !== 'name' : !shared.has(field.key)),
  );
  const optionsName = `${className}Options`;
  const rows = own.map((field) => fieldText(field, used)).join('');
  const heritage = base.options ? ` extends ${base.options}` : '';
  const required = own.some((field) => field.required);
  const options = `/** What \`${className}\` takes. */\nexport interface ${optionsName}${heritage} {\n${rows}}\n`;
  const doc = docComment([`Keras's \`${className}\`.`]);
  const parameter = required ? `options: ${optionsName}` : `options: ${optionsName} = {}`;
  return `${options}
${doc}export class ${declared(className)} extends ${extended} {
  static override readonly className: string = '${className}';

  constructor(${parameter}) {
    super(options as never);
  }
${Object.entries(heldLayers[className] ?? {})
  .map(heldLayerText)
  .join('')}}
`;
}

function heldLayerText([name, doc]) {
  const key = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `\n${docComment([doc], '  ')}  get ${name}(): Layer {\n    return this.heldLayer('${key}');\n  }\n`;
}

function fieldText({ key, type, doc, default: value, required }, used) {
  const text = typescript(type, value, required);
  for (const name of text.match(/\b[A-Z]\w+/g) ?? []) used.add(name);
  const fallback = required ? '' : defaultText(value);
  const sentences = [doc, fallback && `By default ${fallback}.`].filter(Boolean).join(' ');
  return `${docComment([sentences], '  ')}  ${toCamelCase(key)}${required ? '' : '?'}: ${text};\n`;
}

function typescript(type, value, required) {
  // What a layer decides for itself when it reads the field: plain data, or objects of Keras within it.
  let text = type.replace(/\b(JsonValue|Layer|QuantizationConfig)\b/g, 'any');
  if (text === 'any') return text;
  if (!required && value === null && !text.includes('null')) text += ' | null';
  return text;
}
