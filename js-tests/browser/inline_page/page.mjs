import * as keras from 'keras-wasm/inline';
import { use } from './use.mjs';

globalThis.result = use(keras);
