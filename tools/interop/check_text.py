"""Opens models on strings that this package saved in real Keras, on TensorFlow, and compares configs and predictions.

check_text.py FOLDER   reads FOLDER/text.json, which write_text.mjs writes
"""

import json
import os
import pathlib
import sys

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import tree  # noqa: E402


def is_tensor(node):
    return isinstance(node, dict) and set(node) == {"shape", "dtype", "data"}


def tensors(node):
    """The recorded tensors, in their structure."""
    if is_tensor(node):
        dtype = object if node["dtype"] == "string" else node["dtype"]
        return tf.constant(np.array(node["data"], dtype).reshape(node["shape"]))
    if isinstance(node, list):
        return [tensors(item) for item in node]
    return {key: tensors(item) for key, item in node.items()}


def check(case, folder):
    model = keras.models.load_model(folder / case["file"])
    assert json.loads(model.to_json()) == json.loads(case["config"]), "configs differ"
    outputs = tree.flatten(model(tensors(case["inputs"])))
    wanted = tree.flatten(tensors(case["outputs"]))
    assert len(outputs) == len(wanted), "numbers of outputs differ"
    for got, want in zip(map(np.asarray, outputs), map(np.asarray, wanted)):
        assert got.shape == want.shape, f"shapes differ: {got.shape} and {want.shape}"
        same = np.allclose(got, want, 1e-5, 1e-6) if want.dtype.kind == "f" else np.array_equal(got, want)
        assert same, "predictions differ"


def main(folder):
    cases = json.loads((folder / "text.json").read_text(encoding="utf-8"))["cases"]
    failures = 0
    for case in cases:
        try:
            check(case, folder)
        except Exception as error:  # of any kind: the file must open
            failures += 1
            print(f"{case['name']}: {type(error).__name__}: {error}")
    print(f"models on strings: {len(cases) - failures} passed, {failures} failed")
    return 1 if failures or not cases else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
