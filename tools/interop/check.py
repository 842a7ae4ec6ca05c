"""Opens files that this package saved in real Keras and compares configs, weights and predictions.

check.py FOLDER      reads FOLDER/manifest.json (described in README.md)
check.py FOLDER --list  lists differences without failing: for versions of Keras that files need not agree with
check.py --self-test verifies that Keras's own files pass and that each kind of fault is detected
"""

import argparse
import base64
import copy
import io
import json
import logging
import os
import pathlib
import sys
import tempfile
import warnings
import zipfile

os.environ["KERAS_BACKEND"] = "jax"
REPO = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "tools" / "fixtures"))

import h5py  # noqa: E402
import keras  # noqa: E402
import ml_dtypes  # noqa: E402
import numpy as np  # noqa: E402
import safetensors.numpy  # noqa: E402
from keras import tree  # noqa: E402

import golden_layers  # noqa: E402,F401  (registers fixtures>scaled for Lambda layers)
import lab  # noqa: E402  (custom classes, which tools/lib/lab.mjs defines in JavaScript)
import storage  # noqa: E402
from make_quantized import zero_points_saved  # noqa: E402
from golden_format import differences  # noqa: E402

# Keras opens the zero points of GPTQ and AWQ, but leaves them out when it saves.
for layer_class in (keras.layers.Dense, keras.layers.EinsumDense):
    zero_points_saved(layer_class)

TOLERANCE = 1e-5  # of the output's largest magnitude


class Mismatch(Exception):
    """A difference between the package and Keras."""


def as_array(described, folder):
    dtype = np.dtype(ml_dtypes.bfloat16) if described["dtype"] == "bfloat16" else np.dtype(described["dtype"])
    if "file" in described:
        values = np.frombuffer((folder / described["file"]).read_bytes(), dtype)
    elif "base64" in described:
        values = np.frombuffer(base64.b64decode(described["base64"]), dtype)
    else:
        values = np.asarray(described["data"], np.float64).astype(dtype)
    return values.reshape(described["shape"])


def unpack(described, folder):
    """The nested structure with its arrays in place of indices."""
    arrays = [as_array(t, folder) for t in described["tensors"]]
    return tree.map_structure(lambda i: arrays[i], described["structure"])


def same_json(what, wanted, got):
    got = json.loads(json.dumps(got))
    difference = next(differences(comparable(with_modules(wanted, got)), comparable(got)), None)
    if difference:
        place, ours, keras_says = difference
        raise Mismatch(f"{what}{place}: package {json.dumps(ours)[:200]}, Keras {json.dumps(keras_says)[:200]}")


def with_modules(wanted, got):
    """The record with Keras's modules where it lacks one: JavaScript classes have no Python module."""
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return [with_modules(w, g) for w, g in zip(wanted, got)]
    if not isinstance(wanted, dict) or not isinstance(got, dict):
        return wanted
    out = {k: with_modules(v, got.get(k)) for k, v in wanted.items()}
    if out.get("module", "") is None and ">" in str(out.get("registered_name")):
        out["module"] = got.get("module")
    return out


def comparable(value):
    """A record without sharing ids, and without the keys that Keras loses when it loads a Sequential."""
    if isinstance(value, list):
        return [comparable(v) for v in value]
    if not isinstance(value, dict):
        return value
    kept = {k: comparable(v) for k, v in value.items() if k != "shared_object_id"}
    if kept.get("class_name") == "Sequential" and "config" in kept:
        kept["config"] = {k: v for k, v in kept["config"].items() if k not in ("dtype", "trainable")}
    return kept


def same_values(what, wanted, got, tolerance):
    got = np.asarray(got)
    if list(wanted.shape) != list(got.shape):
        raise Mismatch(f"{what}: package shape {list(wanted.shape)}, Keras {list(got.shape)}")
    if str(wanted.dtype) != str(got.dtype):
        raise Mismatch(f"{what}: package dtype {wanted.dtype}, Keras {got.dtype}")
    wanted, got = wanted.astype(np.float64), got.astype(np.float64)
    scale = float(np.max(np.abs(got), initial=0.0))
    error = float(np.max(np.abs(wanted - got), initial=0.0))
    if not error <= tolerance * scale:  # not: NaN must fail
        raise Mismatch(f"{what}: largest difference {error:.3g}, largest value {scale:.3g}, tolerance {tolerance:g}")


def open_model(case, path):
    if case.get("kind", "model") == "model":
        objects = {"Shift": lab.Shift}
        return keras.models.load_model(path, custom_objects=objects, safe_mode=case.get("safe_mode", True))
    model = keras.models.model_from_json(json.dumps(case["to_json"]))
    if path.suffix in ARRAYS:
        assign_arrays(model, ARRAYS[path.suffix](path))
    else:
        model.load_weights(path)
    return model


ARRAYS = {".safetensors": safetensors.numpy.load_file, ".npz": lambda path: dict(np.load(path))}


def assign_arrays(model, arrays):
    """Assigns each array to the weight of its path; every weight gets one. Reviving a model shortens paths."""
    for variable in model.weights:
        name = next(name for name in arrays if f"/{name}".endswith(f"/{variable.path}"))
        variable.assign(arrays.pop(name))
    if arrays:
        raise Mismatch(f"arrays without a weight: {', '.join(arrays)}")


def same_optimizer(wanted, got):
    for i, (a, b) in enumerate(zip(wanted.variables, got.variables, strict=True)):
        same_values(f"optimizer variable {i} ({a.path})", np.asarray(a), b, 0.0)


def weights_file(path):
    """The HDF5 file with the weights: the file itself, or the member of the archive."""
    if path.suffix != ".keras":
        return path
    with zipfile.ZipFile(path) as archive:
        return io.BytesIO(archive.read("model.weights.h5"))


def same_storage(case, model, path):
    """Arrays and attributes are stored as in the file that Keras saves."""
    with tempfile.TemporaryDirectory() as folder:
        again = pathlib.Path(folder) / f"again{''.join(path.suffixes[-2:] if 'weights' in path.name else path.suffixes[-1:])}"
        save = model.save if case.get("kind", "model") == "model" else model.save_weights
        save(again)
        # Legacy files call arrays by the paths of weights, which Keras shortens when it revives a model.
        is_legacy = path.suffix == ".h5" and ".weights" not in path.name
        for place, ours, keras_says in storage.differences(weights_file(path), weights_file(again), is_legacy):
            if place.split("/")[0] in ("optimizer", "optimizer_weights"):  # Keras makes them anew in the first step
                continue
            raise Mismatch(f"storage of {place or 'the root'}: package {ours}, Keras {keras_says}")


def check(case, folder):
    keras.utils.clear_session()
    path = folder / case["file"]
    model = open_model(case, path)
    if "config" in case:
        kind = {"class_name": type(model).__name__}
        same_json("", kind | {"config": case["config"]}, kind | {"config": model.get_config()})
    if case.get("compile_config"):
        same_json("compile_config", case["compile_config"], model.get_compile_config())
    if "optimizer_of" in case:
        same_optimizer(keras.models.load_model(REPO / case["optimizer_of"]).optimizer, model.optimizer)
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            written = json.loads(archive.read("config.json"))
        same_json("config.json", written, keras.saving.serialize_keras_object(model))
    if path.suffix not in (".json", *ARRAYS) and model.built:  # Keras writes no files of arrays
        same_storage(case, model, path)
    for i, (wanted, variable) in enumerate(zip(case.get("weights", []), model.weights, strict="weights" in case)):
        same_values(f"weight {i} ({variable.path})", as_array(wanted, folder), variable, 0.0)
    if "inputs" in case:
        predictions = model(unpack(case["inputs"], folder), training=False)
        wanted = unpack(case["outputs"], folder)
        tree.assert_same_structure(wanted, predictions)
        tolerance = case.get("tolerance", TOLERANCE)
        for i, (ours, keras_says) in enumerate(zip(tree.flatten(wanted), tree.flatten(predictions))):
            same_values(f"output {i}", ours, keras_says, tolerance)
    elif "config" not in case and "weights" not in case:
        raise Mismatch("the case has neither config, weights nor inputs: there is nothing to compare")


def run(folder, manifest, quiet=False):
    passed, failed = [], []
    for case in manifest["cases"]:
        try:
            check(case, folder)
            passed.append(case["name"])
        except Exception as error:  # any error that a file causes in Keras is a failure
            failed.append(case["name"])
            if not quiet:
                print(f"FAILED {case['name']}: {type(error).__name__}: {error}")
    return passed, failed


def faults(case):
    """Copies of the case, each with one fault."""
    for what, change in {
        "prediction": lambda c: c["outputs"]["tensors"][0]["data"].__setitem__(0, c["outputs"]["tensors"][0]["data"][0] + 1e-3),
        "shape of the prediction": lambda c: c["outputs"]["tensors"][0].update(shape=[len(c["outputs"]["tensors"][0]["data"])]),
        "NaN": lambda c: c["outputs"]["tensors"][0]["data"].__setitem__(0, float("nan")),
        "config": lambda c: c["config"].update(name="another"),
        "order of keys": lambda c: c.update(config=dict(reversed(c["config"].items()))),
        "number of weights": lambda c: c["weights"].pop(),
        "weight": lambda c: c["weights"][0]["data"].__setitem__(0, 77.0),
        "missing file": lambda c: c.update(file="missing.keras"),
    }.items():
        changed = copy.deepcopy(case)
        change(changed)
        yield changed | {"name": f"wrong {what}"}


def stored_as_float64(path, target):
    """A copy of a `.keras` file whose first array is stored with another type, and loaded as the same values."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "model.weights.h5":
                weights = io.BytesIO(content)
                with h5py.File(weights, "r+") as file:
                    found = []
                    file.visititems(lambda at, each: found.append(at) if isinstance(each, h5py.Dataset) else None)
                    values = file[found[0]][...]
                    del file[found[0]]
                    file[found[0]] = values.astype("f8")
                content = weights.getvalue()
            archive.writestr(name, content)


def self_test():
    folder = REPO / "js-tests" / "fixtures" / "files"
    good = []
    for path in sorted(folder.glob("*.json")):
        case = json.loads(path.read_text())
        good.append(case | {"name": case["file"], "kind": "weights" if "to_json" in case else "model"})
    passed, failed = run(folder, {"cases": good})
    functional = next(c for c in good if c["file"] == "functional.keras")
    bad = list(faults(functional))
    missed, found = run(folder, {"cases": bad}, quiet=True)
    with tempfile.TemporaryDirectory() as changed:
        changed = pathlib.Path(changed)
        (changed / "cut.keras").write_bytes((folder / "functional.keras").read_bytes()[:5000])
        stored_as_float64(folder / "functional.keras", changed / "float64.keras")
        files = [functional | {"file": path.name, "name": path.name} for path in changed.iterdir()]
        missed_files, found_files = run(changed, {"cases": files}, quiet=True)
    missed, found = missed + missed_files, found + found_files
    print(f"self-test: {len(passed)} files of Keras pass, {len(failed)} fail; {len(found)} faults found, {len(missed)} missed {missed}")
    return 0 if not failed and not missed and passed and found else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=pathlib.Path)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)
    logging.getLogger("absl").setLevel(logging.ERROR)
    if arguments.self_test:
        return self_test()
    if arguments.folder is None:
        parser.error("name the folder that holds manifest.json")
    manifest = json.loads((arguments.folder / "manifest.json").read_text())
    passed, failed = run(arguments.folder, manifest)
    if arguments.list:
        print(f"Keras {keras.__version__}: {len(passed)} files agree, {len(failed)} differ")
        return 0
    print(f"{len(passed)} passed, {len(failed)} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
