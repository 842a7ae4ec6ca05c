// Hooks in a module of their own, as pages with a strict content security policy have them.
import { prefix } from './prefix.mjs';

export default ({ layers }, { suffix }) => ({
  rename: (name, layer) => (layer instanceof layers.Dense ? prefix + name + suffix : undefined),
});
