// get, serialize and deserialize of a family.

/**
 * The lines to import and the text to append to the module of a family.
 *
 * @param family its name in JavaScript; modules of families lie in one folder.
 * @param identifier what stands for a member, `result` what `get` makes of it.
 */
export function identifierFunctions({ family, identifier, result }) {
  const type = `${identifier} | null`;
  return {
    imports: [`import { identifiers } from './identifiers.js';`],
    text: `
const byIdentifier = identifiers<${type}, ${result}>('${family}');

/**
 * What an identifier means where one of \`${family}\` is asked for: a name that Keras knows, a record, an object or a
 * function. ValueError for anything else; names of custom objects need a record.
 */
export const get = byIdentifier.get;
/** The form that configs have for it. */
export const serialize = byIdentifier.serialize;
/** What that form means; it may name custom objects. A name that nothing has is given back. */
export const deserialize = byIdentifier.deserialize;
`,
  };
}
