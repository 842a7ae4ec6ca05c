// Generates get, serialize and deserialize of a family.

/**
 * The imports and functions to add to the module of a family.
 *
 * @param family its name in JavaScript; modules of families are in one folder.
 * @param identifier the type of identifiers, `result` the type that `get` returns.
 */
export function identifierFunctions({ family, identifier, result }) {
  const type = `${identifier} | null`;
  return {
    imports: [`import { identifiers } from './identifiers.js';`],
    text: `
const byIdentifier = identifiers<${type}, ${result}>('${family}');

/**
 * Resolves an identifier of \`${family}\`: a name that Keras knows, a record, an object or a function. ValueError for
 * anything else; names of custom objects need a record.
 */
export const get = byIdentifier.get;
/** The value that configs contain for it. */
export const serialize = byIdentifier.serialize;
/** Reads the value of a config, which may name custom objects. Returns an unknown name unchanged. */
export const deserialize = byIdentifier.deserialize;
`,
  };
}
