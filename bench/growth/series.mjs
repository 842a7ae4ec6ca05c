// What grows: each series is one model in several sizes.

/**
 * `sizes` are the points on the axis; `workload(size)` is what export/export.py makes (peers: whose files it writes). `work` says how
 * the work of a prediction grows with the size: 1 is linear; undefined is what its floating point operations say.
 */
export const series = [
  {
    name: 'batch',
    title: 'Batch',
    axis: 'samples',
    model: 'MLP 784-512-512-10',
    sizes: [1, 4, 16, 64, 256],
    work: 1,
    workload: (batch) => ({ model: 'mlp', batch }),
  },
  {
    name: 'image',
    title: 'Images',
    axis: 'pixels of a side',
    model: 'MobileNetV2',
    sizes: [96, 160, 224, 448, 896],
    work: 2,
    workload: (size) => ({ model: 'mobilenetv2', size, batch: 1 }),
  },
  {
    name: 'sequence',
    title: 'Sequences',
    axis: 'tokens',
    model: 'Transformer encoder, 4 layers, d 256, 8 heads',
    sizes: [64, 128, 256, 512, 1024, 2048],
    workload: (size) => ({ model: 'transformer', size, batch: 1 }),
  },
  {
    name: 'layers',
    title: 'Layers',
    axis: 'layers',
    model: 'Dense layers of 16 units in a chain',
    sizes: [10, 100, 1000, 10000],
    work: 1,
    // TensorFlow needs longer to convert the longest chain than all measurements take.
    workload: (size) => ({
      model: 'chain',
      size,
      batch: 1,
      ...(size > 1000 ? { peers: [] } : {}),
    }),
  },
  {
    name: 'file',
    title: 'Files',
    axis: 'megabytes',
    model: 'Four Dense layers',
    sizes: [1, 10, 100, 1000],
    work: 1,
    workload: (size) => ({ model: 'square_mlp', size, batch: 1 }),
  },
];

/** The model with which one and two threads are compared. */
export const threadsModel = { series: 'image', size: 224, title: 'MobileNetV2 224' };

/** Workloads of all sizes of a series: { name, series, size, ... }. */
export function workloadsOf({ name, sizes, workload }) {
  return sizes.map((size) => ({
    peers: ['litert'],
    ...workload(size),
    name: `growth_${name}_${size}`,
    series: name,
    at: size,
  }));
}
