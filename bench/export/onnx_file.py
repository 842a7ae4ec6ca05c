"""ONNX Runtime's file. tf2onnx turns recurrent layers of Keras 3 into loops: ONNX's own LSTM and GRU are written instead."""

import numpy as np
import onnx
import tf2onnx
from keras import layers
from onnx import TensorProto, helper, numpy_helper

from frozen import frozen

OPSET = 18


def write_onnx(model, specs, path):
    if recurrent := recurrent_layer(model):
        onnx.save(recurrent_graph(recurrent, specs[0].shape), path)
        return
    # Frozen: tf2onnx would make inputs of the constants that layers like Normalization capture.
    function = frozen(model, specs)
    tf2onnx.convert.from_graph_def(
        function.graph.as_graph_def(),
        input_names=[tensor.name for tensor in function.inputs],
        output_names=[tensor.name for tensor in function.outputs],
        opset=OPSET,
        output_path=str(path),
    )


def recurrent_layer(model):
    """The layer of a model that is one recurrent layer, or None."""
    recurrent = (layers.LSTM, layers.GRU, layers.Bidirectional)
    return model.layers[0] if len(model.layers) == 1 and isinstance(model.layers[0], recurrent) else None


def recurrent_graph(layer, shape):
    """Input -> time first -> LSTM or GRU -> last states of all directions side by side."""
    batch, steps, features = shape
    both = isinstance(layer, layers.Bidirectional)
    directions = [layer.forward_layer, layer.backward_layer] if both else [layer]
    units, kind = directions[0].units, type(directions[0]).__name__
    reordered = [weights_of(each, kind) for each in directions]
    w, r, b = (np.stack(parts).astype("float32") for parts in zip(*reordered))
    attributes = {"hidden_size": units, "direction": "bidirectional" if both else "forward"}
    if kind == "GRU":
        attributes["linear_before_reset"] = int(directions[0].reset_after)
    nodes = [
        helper.make_node("Transpose", ["x"], ["time_first"], perm=[1, 0, 2]),
        helper.make_node(kind, ["time_first", "w", "r", "b"], ["", "last"], **attributes),
        helper.make_node("Transpose", ["last"], ["batch_first"], perm=[1, 0, 2]),
        helper.make_node("Reshape", ["batch_first", "shape"], ["y"]),
    ]
    width = units * len(directions)
    constants = {"w": w, "r": r, "b": b, "shape": np.array([batch, width], "int64")}
    graph = helper.make_graph(
        nodes,
        kind.lower(),
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, steps, features])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, width])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(made)
    return made


def weights_of(layer, kind):
    """Keras's (kernel, recurrent, bias) as ONNX's (W, R, B): gates first, in ONNX's order, two biases."""
    # Keras: input, forget, cell, output and update, reset, hidden. ONNX: input, output, forget, cell and the same three.
    order = [0, 3, 1, 2] if kind == "LSTM" else [0, 1, 2]
    kernel, recurrent, bias = layer.get_weights()

    def gates(matrix):
        return np.concatenate([np.split(matrix.T, len(order))[gate] for gate in order])

    biases = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
    return gates(kernel), gates(recurrent), np.concatenate([gates(each) for each in biases])
