"""Writes everything that workloads need, once: export.py FOLDER JSON, a list as in workloads.json.

FOLDER/WORKLOAD/ gets the same model, with the same weights, as each contender opens it (model.keras, model.onnx,
model.tflite, config.json with weights.bin for TensorFlow.js), inputs, what Keras predicts for them, and about.json.
A workload with `peers` gets the files of those alone.
"""

import json
import sys
import zlib
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from flops import count_flops
from models import MODELS
from onnx_file import write_onnx
from randomize import randomize
from tflite_file import write_tflite


def write_arrays(path, arrays):
    """All values one after another as little-endian float32; returns the shapes."""
    path.write_bytes(b"".join(np.ascontiguousarray(array, "<f4").tobytes() for array in arrays))
    return [list(array.shape) for array in arrays]


def write_weights(model, folder):
    """Weights of each layer, in the order of its `weights`. Layers inside of layers belong to the outer one."""
    names, arrays, shapes = [], [], []
    for layer in model.layers:
        values = layer.get_weights()
        names.append(layer.name)
        arrays.extend(values)
        shapes.append([list(value.shape) for value in values])
    write_arrays(folder / "weights.bin", arrays)
    return [{"layer": name, "shapes": each} for name, each in zip(names, shapes) if each]


def with_fewer_bits(model, workload):
    """The same model with the workload's dtype or quantization, if it has one."""
    if "quantize" not in workload and "dtype" not in workload:
        return model
    clone = with_dtypes(model, lambda layer: workload.get("dtype"))
    if "quantize" not in workload:
        return clone
    clone.quantize(workload["quantize"])

    # Keras's attention only finds its quantized layers again in a file when its own policy names them.
    def policy(layer):
        if not isinstance(layer, keras.layers.MultiHeadAttention):
            return None
        quantized = keras.dtype_policies.get(f"{workload['quantize']}_from_float32")
        return keras.dtype_policies.DTypePolicyMap(quantized, {layer.name: keras.dtype_policies.get("float32")})

    return with_dtypes(clone, policy)


def with_dtypes(model, dtype_of):
    """A clone with the same weights, and other dtypes for some layers."""

    def clone(layer):
        config, dtype = layer.get_config(), dtype_of(layer)
        return layer.__class__.from_config({**config, "dtype": dtype} if dtype else config)

    copy = keras.models.clone_model(model, clone_function=clone)
    copy.set_weights(model.get_weights())
    return copy


def export(workload, folder):
    seed = zlib.crc32(workload["name"].encode()) % 2**31
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    build = MODELS[workload["model"]]
    model = build(workload["size"]) if "size" in workload else build()
    randomize(model, seed)
    # Other contenders get the model in floats; LiteRT quantizes the weights of its file itself.
    floats, model = model, with_fewer_bits(model, workload)

    folder.mkdir(parents=True, exist_ok=True)
    batch = workload["batch"]
    specs = [tf.TensorSpec((batch, *each.shape[1:]), "float32") for each in model.inputs]
    random = np.random.default_rng(seed + 1)
    inputs = [random.uniform(-1, 1, spec.shape).astype("float32") for spec in specs]
    expected = np.asarray(
        keras.ops.cast(model(inputs if len(inputs) > 1 else inputs[0], training=False), "float32")
    )
    if not np.isfinite(expected).all() or np.ptp(expected) < 1e-3 * np.abs(expected).max():
        raise ValueError(f"{workload['name']}: an output that says nothing: {expected}")

    peers = workload.get("peers", ["litert", "onnxruntime", "tfjs"])
    model.save(folder / "model.keras")
    if "onnxruntime" in peers:
        write_onnx(floats, specs, folder / "model.onnx")
    if "litert" in peers:
        write_tflite(floats, specs, folder / "model.tflite", quantize="self" in workload)
    if "tfjs" in peers:
        (folder / "config.json").write_text(floats.to_json())
    write_arrays(folder / "expected.bin", [expected])
    about = {
        "name": workload["name"],
        "batch": batch,
        "inputs": write_arrays(folder / "inputs.bin", inputs),
        "output": list(expected.shape),
        "flops": count_flops(floats, batch),
        "parameters": floats.count_params(),
        "weights": write_weights(floats, folder) if "tfjs" in peers else [],
        "keras": keras.__version__,
    }
    # Last: its presence says that the folder is complete.
    (folder / "about.json").write_text(json.dumps(about))


def main():
    for workload in json.loads(sys.argv[2]):
        print(workload["name"], flush=True)
        export(workload, Path(sys.argv[1]) / workload["name"])


main()
