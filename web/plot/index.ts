// Drawing of plots: a file of its own (keras-plot.mjs), which is loaded when a model is plotted.
export { drawSvg } from './svg.js';
