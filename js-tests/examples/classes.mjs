// The classes of tools/fixtures/example_classes.py.
export * from './convolutional.mjs';
export * from './models.mjs';
export * from './recurrent.mjs';
export * from './small_layers.mjs';
export * from './transformers.mjs';
