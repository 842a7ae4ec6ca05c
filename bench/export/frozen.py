"""A prediction as one TensorFlow graph: weights are constants, the batch size is fixed."""

import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2


def frozen(model, specs):
    one = len(specs) == 1
    predict = tf.function(
        lambda *inputs: model(inputs[0] if one else list(inputs), training=False),
        input_signature=specs,
    )
    return convert_variables_to_constants_v2(predict.get_concrete_function())
