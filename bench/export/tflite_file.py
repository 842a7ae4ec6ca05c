"""LiteRT's file."""

import tensorflow as tf

from frozen import frozen


def write_tflite(model, specs, path):
    converter = tf.lite.TFLiteConverter.from_concrete_functions([frozen(model, specs)], tf.Module())
    path.write_bytes(converter.convert())
