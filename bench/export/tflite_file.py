"""LiteRT's file."""

import tensorflow as tf

from frozen import frozen


def write_tflite(model, specs, path, quantize=False):
    converter = tf.lite.TFLiteConverter.from_concrete_functions([frozen(model, specs)], tf.Module())
    if quantize:  # weights to 8 bits; inputs of products while it runs: dynamic range
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    path.write_bytes(converter.convert())
