"""Floating point operations of one prediction: two for each multiplication and addition of products and convolutions.

Elementwise work is left out, as is usual: shares of the machine's peak are lower bounds.
"""

import math

from keras import layers


def count_flops(model, batch):
    flops = 0
    for operation in model.operations if hasattr(model, "operations") else model.layers:
        for node in operation._inbound_nodes[:1]:
            flops += operation_flops(operation, node)
    return 2 * batch * flops


def operation_flops(operation, node):
    """Multiplications of one operation for one sample."""
    inputs = [math.prod(tensor.shape[1:]) for tensor in node.input_tensors]
    outputs = [math.prod(tensor.shape[1:]) for tensor in node.output_tensors]
    if isinstance(operation, layers.Dense):
        return inputs[0] * operation.units
    if isinstance(operation, layers.DepthwiseConv2D):
        return outputs[0] * math.prod(operation.kernel_size)
    if isinstance(operation, layers.Conv2D):
        channels = node.input_tensors[0].shape[-1] // operation.groups
        return outputs[0] * math.prod(operation.kernel_size) * channels
    if isinstance(operation, layers.Bidirectional):
        return 2 * recurrent_flops(operation.forward_layer, node)
    if isinstance(operation, (layers.LSTM, layers.GRU)):
        return recurrent_flops(operation, node)
    if isinstance(operation, layers.MultiHeadAttention):
        return attention_flops(operation, node)
    if operation.__class__.__name__ == "Matmul":
        return inputs[0] * node.input_tensors[1].shape[-1]
    return 0


def recurrent_flops(layer, node):
    steps, features = node.input_tensors[0].shape[1:]
    gates = 4 if isinstance(layer, layers.LSTM) else 3
    return steps * gates * layer.units * (features + layer.units)


def attention_flops(layer, node):
    """Projections of query, key, value and output; scores, and their product with the values."""
    tokens, features = node.input_tensors[0].shape[1:]
    width = layer.num_heads * layer.key_dim
    return 4 * tokens * features * width + 2 * tokens * tokens * width
