// The pages of the documentation, in the order of the menu.

/** `source` is a Markdown file of the repository, `name` the file of the page without its ending. */
export const pages = [
  { name: 'index', title: 'Start', source: 'README.md' },
  { name: 'from-keras', title: 'From Keras', source: 'docs/from-keras.md' },
  { name: 'from-tensorflow-js', title: 'From TensorFlow.js', source: 'docs/from-tensorflow-js.md' },
  { name: 'recipes', title: 'Recipes', source: 'docs/recipes.md' },
  { name: 'workers', title: 'Workers', source: 'docs/workers.md' },
  { name: 'command', title: 'Command line', source: 'docs/command.md' },
  { name: 'scale', title: 'Many machines', source: 'docs/scale.md' },
  { name: 'typescript', title: 'TypeScript', source: 'docs/typescript.md' },
  { name: 'keras-compatibility', title: 'Compatibility', source: 'docs/keras-compatibility.md' },
  { name: 'parity', title: 'Parity', source: 'docs/parity.md' },
  { name: 'performance', title: 'Performance', source: 'docs/performance.md' },
  { name: 'safety', title: 'Safety', source: 'docs/safety.md' },
  { name: 'architecture', title: 'Architecture', source: 'docs/architecture.md' },
  { name: 'contributing', title: 'Contributing', source: 'CONTRIBUTING.md' },
  { name: 'bench', title: 'Benchmarks', source: 'bench/README.md' },
  { name: 'changes', title: 'Changes', source: 'CHANGELOG.md' },
  { name: 'notices', title: 'Notices', source: 'THIRD-PARTY-NOTICES.md' },
];
