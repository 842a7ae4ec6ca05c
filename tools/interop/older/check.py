"""Models of an older Keras, for this package and back. Runs in that Keras.

check.py write FOLDER [NAME ...]  writes these models, or all, in each format, and what they predict
check.py real FOLDER ...  the same for files of models that exist: what they predict
check.py reopen FOLDER    opens the files that open.mjs wrote, or loads their weights, and compares what they predict
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras  # noqa: E402
import numpy as np  # noqa: E402
from models import all_models  # noqa: E402


def inputs_of(model, name):
    random = np.random.default_rng(len(name))
    # SpliceAI drops 5,000 steps at each end.
    length = 10_100 if name.startswith("spliceai") else 12
    shapes = [[3, *(length if dim is None else dim for dim in each.shape[1:])] for each in model.inputs]
    if name == "embedding":
        return [random.integers(0, 9, shapes[0]).astype(np.float32)]
    return [random.uniform(-1, 1, shape).astype(np.float32) for shape in shapes]


def as_list(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def described(array):
    return {"shape": list(array.shape), "data": np.asarray(array, np.float64).ravel().tolist()}


def record(name, model, files, config=None):
    inputs = inputs_of(model, name)
    outputs = as_list(model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0))
    return {
        "name": name,
        "files": files,
        "inputs": [described(each) for each in inputs],
        "outputs": [described(each) for each in outputs],
        "config": config,
    }


def weights_name(path, config):
    """None where weights alone do not say enough: Keras 3 has another hard_sigmoid, for which files are adapted."""
    is_keras_2 = keras.__version__.startswith("2.")
    return None if is_keras_2 and '"hard_sigmoid"' in config else path


def saved(model, path):
    """Whether that Keras can write the file, and read its own legacy file: 3.0 cannot for some models."""
    try:
        model.save(path)
        if path.suffix == ".h5":
            keras.models.load_model(path, compile=False)
        return True
    except ValueError as error:
        print(f"  {path.name} is not written or opened there: {str(error)[:100]}")
        path.unlink(missing_ok=True)
        return False


def write(folder, names):
    keras.utils.set_random_seed(7)
    cases = []
    for name, model in all_models(keras, names):
        random = np.random.default_rng(3)
        # The statistics of batch normalization and biases differ from what they begin with.
        model.set_weights([w + random.uniform(-0.01, 0.01, w.shape).astype(w.dtype) for w in model.get_weights()])
        files = [file for file in (f"{name}.keras", f"{name}.h5") if saved(model, folder / file)]
        config = model.to_json()
        weights = f"{name}.weights.h5"
        model.save_weights(folder / weights)
        cases.append(record(name, model, files, config) | {"weights": weights_name(weights, config)})
        (folder / "cases.json").write_text(json.dumps({"version": keras.__version__, "cases": cases}))
    print(f"{len(cases)} models of Keras {keras.__version__}")


def real(folder, paths):
    cases = []
    for path in paths:
        model = keras.models.load_model(path, compile=False)
        cases.append(record(pathlib.Path(path).name, model, [path]))
    (folder / "cases.json").write_text(json.dumps({"version": keras.__version__, "cases": cases}))
    print(f"{len(cases)} files opened in Keras {keras.__version__}")


def reopen(folder):
    content = json.loads((folder / "cases.json").read_text())
    passed, unopened, failed = 0, {}, []
    for case in content["cases"]:
        inputs = [np.asarray(i["data"], np.float32).reshape(i["shape"]) for i in case["inputs"]]
        for ending in ("h5", "keras"):
            path = folder / "back" / f"{case['name']}.{ending}"
            try:
                model = keras.models.load_model(path, compile=False)
            except Exception as error:
                unopened.setdefault(ending, []).append((case["name"], str(error).strip().splitlines()[0][:150]))
                if ending != "h5" or case["weights"] is None:
                    continue
                # Keras 2 knows no configs of Keras 3, but the weights fit its own model. That is made anew: Keras 2.15 writes
                # files that it cannot open itself, such as ConvNeXtTiny.keras.
                [(_, model)] = all_models(keras, [case["name"]])
                model.set_weights([np.zeros_like(w) for w in model.get_weights()])
                model.load_weights(path)
            outputs = as_list(model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0))
            wanted = [np.asarray(o["data"]).reshape(o["shape"]) for o in case["outputs"]]
            errors = [np.max(np.abs(a - b)) / np.max(np.abs(b)) for a, b in zip(outputs, wanted, strict=True)]
            if max(errors) <= 1e-4:
                passed += 1
            else:
                failed.append(f"{path.name}: {max(errors):.3g}")
    print(f"Back in Keras {keras.__version__}: {passed} passed, {len(failed)} failed")
    for line in failed:
        print(f"  FAILED {line}")
    for ending, names in unopened.items():
        print(f"  not opened there, .{ending}: {len(names)}, such as {names[0][0]}: {names[0][1]}")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    command, where, *rest = sys.argv[1:]
    where = pathlib.Path(where)
    commands = {"write": lambda: write(where, rest), "real": lambda: real(where, rest), "reopen": lambda: reopen(where)}
    sys.exit(commands[command]())
