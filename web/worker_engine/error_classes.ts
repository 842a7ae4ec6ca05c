// The classes of errors that workers send. Bundlers leave the rest of the package out of pages.
export {
  AttributeError,
  DisposedError,
  EngineStoppedError,
  IndexError,
  JSONDecodeError,
  KerasError,
  KerasTypeError,
  KeyError,
  NotImplementedError,
  OverflowError,
  RecursionError,
  RuntimeError,
  ValueError,
} from '../index.js';
