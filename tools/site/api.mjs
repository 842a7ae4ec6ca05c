// The API reference, from the declarations in dist/ and their comments.
import { join } from 'node:path';
import ts from 'typescript';
import { checkout } from '../lib/paths.mjs';
import { highlighted, rendered } from './markdown.mjs';

const entries = {
  'keras-wasm': join(checkout, 'dist/index.d.ts'),
  'keras-wasm/worker': join(checkout, 'dist/worker_engine/index.d.ts'),
};

/** Pages of the reference: `{ name, title, html, headings }`. `npm run build` makes the declarations. */
export function apiPages() {
  const reader = new ApiReader();
  const main = reader.exportsOf(entries['keras-wasm']);
  const isNamespace = (symbol) => reader.target(symbol).flags & ts.SymbolFlags.ValueModule;
  const isType = (symbol) => !(reader.target(symbol).flags & ts.SymbolFlags.Value);
  const namespaces = main.filter(isNamespace);
  const values = main.filter((symbol) => !isNamespace(symbol) && !isType(symbol));
  return [
    reader.page('keras-wasm', 'keras-wasm', values),
    ...namespaces.map((symbol) =>
      reader.page(symbol.name, symbol.name, reader.membersOf(symbol), { isNamespace: true }),
    ),
    reader.page('worker', 'keras-wasm/worker', reader.exportsOf(entries['keras-wasm/worker'])),
    reader.page('types', 'Types', main.filter(isType)),
  ];
}

class ApiReader {
  #checker;
  #program;

  constructor() {
    const options = {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts'],
      types: [],
    };
    this.#program = ts.createProgram(Object.values(entries), options);
    this.#checker = this.#program.getTypeChecker();
  }

  exportsOf(file) {
    const module = this.#checker.getSymbolAtLocation(this.#program.getSourceFile(file));
    return sorted(this.#checker.getExportsOfModule(module));
  }

  membersOf(namespace) {
    return sorted(this.#checker.getExportsOfModule(this.target(namespace)));
  }

  /** The symbol that an export leads to. */
  target(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  page(name, title, symbols, { isNamespace = false } = {}) {
    // Options are shown with the class that takes them.
    const isOptions = (symbol) => isNamespace && /Options$/.test(symbol.name);
    const shown = symbols.filter((symbol) => !isOptions(symbol));
    const sections = shown.map((symbol) => this.#section(symbol));
    const links = shown.map((each) => `<a href="#${each.name}">${each.name}</a>`).join(', ');
    const html = `<h1>${title}</h1>\n<p>${links}</p>\n${sections.join('\n')}`;
    return { name: name.replace('/', '-'), title, html, headings: [] };
  }

  #section(symbol) {
    const target = this.target(symbol);
    const declarations = target.declarations ?? [];
    const classes = declarations.filter(ts.isClassDeclaration);
    const others = declarations.filter((each) => !classes.includes(each));
    const parts = [...classes, ...others].flatMap((each) => this.#describe(each, symbol.name));
    const body = [this.#doc(target), ...parts].join('\n');
    return `<section class="entry" id="${symbol.name}"><h2>${symbol.name}</h2>\n${body}</section>`;
  }

  #describe(declaration, name) {
    if (ts.isFunctionDeclaration(declaration)) return [code(textOf(declaration))];
    if (ts.isClassDeclaration(declaration)) return this.#describeClass(declaration, name);
    if (ts.isInterfaceDeclaration(declaration)) {
      // What the interface of a class repeats of its options is in their table.
      const known = new Set(this.#optionsOfClass(declaration).map((option) => option.name));
      const isNew = ({ name: key }) => !key || !known.has(key.getText());
      return [this.#members(declaration.members.filter(isNew))];
    }
    if (ts.isTypeAliasDeclaration(declaration)) return [code(textOf(declaration))];
    if (ts.isVariableDeclaration(declaration))
      return [code(`${name}: ${declaration.type?.getText() ?? 'unknown'}`)];
    return [];
  }

  #describeClass(declaration, name) {
    const heritage = declaration.heritageClauses?.map((clause) => clause.getText()).join(' ') ?? '';
    const head = code(`class ${name} ${heritage}`.trim());
    return [head, this.#optionsTable(declaration), this.#members(declaration.members)];
  }

  // The properties of the options that the constructor of a class, or of the class that an interface extends, takes.
  #optionsOfClass(declaration) {
    const symbol = this.#checker.getSymbolAtLocation(declaration.name);
    const made = symbol?.declarations
      ?.filter(ts.isClassDeclaration)
      .flatMap(({ members }) => members.filter(ts.isConstructorDeclaration))[0];
    const parameter = made?.parameters[0];
    if (!parameter?.type || isInternal(made)) return [];
    const type = this.#checker.getTypeAtLocation(parameter);
    return this.#checker
      .getPropertiesOfType(this.#checker.getNonNullableType(type))
      .filter(({ valueDeclaration: at }) => at && ts.isPropertySignature(at));
  }

  #optionsTable(declaration) {
    const properties = this.#optionsOfClass(declaration);
    if (properties.length === 0) return '';
    const rows = properties.map((property) => {
      const { valueDeclaration: at } = property;
      const optional = at.questionToken ? '' : ' (required)';
      return `<tr><td><code>${property.name}</code>${optional}</td><td><code>${highlighted(at.type?.getText() ?? '', 'ts')}</code></td><td>${this.#doc(property)}</td></tr>`;
    });
    return table(['Option', 'Type', ''], rows);
  }

  #members(members) {
    const isShown = (member) =>
      !isInternal(member) &&
      !(member.name && ts.isPrivateIdentifier(member.name)) &&
      !(
        ts.getCombinedModifierFlags(member) &
        (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)
      );
    const rows = members.filter(isShown).map((member) => {
      const symbol = member.name && this.#checker.getSymbolAtLocation(member.name);
      const text = highlighted(textOf(member), 'ts');
      return `<tr><td><code>${text}</code></td><td>${symbol ? this.#doc(symbol) : ''}</td></tr>`;
    });
    return table(['Member', ''], rows);
  }

  #doc(symbol) {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(this.#checker));
    const tags = symbol.getJsDocTags(this.#checker).flatMap(({ name, text: parts }) => {
      const value = ts.displayPartsToString(parts);
      if (name === 'param') {
        const [, parameter, rest = ''] = /^(\S+)\s*(.*)$/s.exec(value) ?? [];
        return parameter && rest ? [`- \`${parameter}\`: ${rest}`] : [];
      }
      if (name === 'returns') return [`- Returns ${value}`];
      return name === 'throws' ? [`- Throws ${value}`] : [];
    });
    const markdown = [text, tags.join('\n')].filter(Boolean).join('\n\n');
    return markdown === '' ? '' : rendered(markdown, (href) => href).html;
  }
}

function table(heads, rows) {
  if (rows.length === 0) return '';
  const head = heads.map((each) => (each ? `<th>${each}</th>` : '<td></td>')).join('');
  return `<div class="table" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const sorted = (symbols) =>
  [...symbols].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));

const isInternal = (node) =>
  ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'internal');

// Without the words that every declaration has.
const textOf = (node) =>
  node
    .getText()
    .replace(/^export /, '')
    .replace(/^declare /, '')
    .replace(/;$/, '');

const code = (text) =>
  `<pre class="signature" tabindex="0"><code>${highlighted(text, 'ts')}</code></pre>\n`;
