"""LiteRT's file: the model with its weights as constants and its batch size fixed, as the converter likes it best."""

import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2


def frozen(model, specs):
    """The prediction as one TensorFlow graph without variables."""
    one = len(specs) == 1
    predict = tf.function(
        lambda *inputs: model(inputs[0] if one else list(inputs), training=False),
        input_signature=specs,
    )
    return convert_variables_to_constants_v2(predict.get_concrete_function())


def write_tflite(model, specs, path):
    converter = tf.lite.TFLiteConverter.from_concrete_functions([frozen(model, specs)], tf.Module())
    path.write_bytes(converter.convert())
