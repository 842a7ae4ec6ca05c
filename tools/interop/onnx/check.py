"""Runs the ONNX files that write.mjs wrote in ONNX Runtime and compares with what Keras computed.

check.py FOLDER          reads FOLDER/onnx.json
check.py FOLDER --random reads FOLDER/random.json, which random_models.mjs writes
"""

import argparse
import json
import pathlib
import sys

import ml_dtypes  # noqa: F401  (bfloat16 arrays)
import numpy as np
import onnx
import onnxruntime
import safetensors.numpy

GOLDEN = pathlib.Path(__file__).resolve().parents[3] / "native-tests" / "fixtures" / "golden"


class Mismatch(Exception):
    """A difference between ONNX Runtime and Keras."""


def run(path, inputs):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session.run(None, {i.name: x for i, x in zip(session.get_inputs(), inputs, strict=True)})


def value_of(described, arrays):
    """A recorded input or output: an array of the safetensors file, or a list of strings."""
    return np.array(described["strings"], dtype=object) if "strings" in described else arrays[described["array"]]


def as_input(array):
    return array.astype(np.float32) if str(array.dtype) == "bfloat16" else array


def compare(what, wanted, got, tol):
    got = np.asarray(got)
    if wanted.shape != got.shape:
        raise Mismatch(f"{what}: Keras shape {wanted.shape}, ONNX Runtime {got.shape}")
    if str(wanted.dtype) == "bfloat16":  # which the file computes in float32
        wanted = wanted.astype(np.float32)
    if wanted.dtype != got.dtype:
        raise Mismatch(f"{what}: Keras dtype {wanted.dtype}, ONNX Runtime {got.dtype}")
    if wanted.dtype == object:
        if not np.array_equal(wanted, got):
            raise Mismatch(f"{what}: Keras strings {wanted.tolist()}, ONNX Runtime {got.tolist()}")
        return
    wanted, got = wanted.astype(np.float64), got.astype(np.float64)
    error = np.abs(wanted - got)
    if not np.array_equal(np.isfinite(wanted), np.isfinite(got)):
        raise Mismatch(f"{what}: other values are not finite")
    finite = np.isfinite(wanted)
    bad = error[finite] > tol["atol"] + tol["rtol"] * np.abs(wanted[finite])
    if bad.any():
        raise Mismatch(f"{what}: largest difference {np.max(error[finite]):.3g}, largest value {np.max(np.abs(wanted[finite])):.3g}")


def check(case, arrays, path):
    for call in case["calls"]:
        if call["training"]:
            continue
        got = run(path, [as_input(value_of(i, arrays)) for i in call["inputs"]])
        wanted = [value_of(o, arrays) for o in call["outputs"]]
        for i, (w, g) in enumerate(zip(wanted, got, strict=True)):
            compare(f"output {i}", w, g, case["tol"])


def check_random(folder):
    """Random models, whose outputs are those that this package predicts."""
    failed = []
    cases = json.loads((folder / "random.json").read_text())["cases"]
    for case in cases:
        try:
            got = run(folder / case["file"], [as_array(i) for i in case["inputs"]])
            for i, (wanted, g) in enumerate(zip(case["outputs"], got, strict=True)):
                wanted = as_array(wanted)
                scale = float(np.max(np.abs(wanted.astype(np.float64)), initial=0.0))
                compare(f"output {i}", wanted, g, {"rtol": 0.0, "atol": 1e-4 * scale + 1e-6})
        except Exception as error:  # any error of ONNX Runtime is a failure
            failed.append(case["name"])
            print(f"FAILED {case['name']}: {type(error).__name__}: {str(error)[:300]}")
    print(f"{len(cases) - len(failed)} random models passed, {len(failed)} failed")
    return 0 if cases and not failed else 1


def as_array(described):
    return np.array(described["data"]).astype(described["dtype"]).reshape(described["shape"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--random", action="store_true", help="the files of random_models.mjs")
    arguments = parser.parse_args()
    folder = arguments.folder
    if arguments.random:
        return check_random(folder)
    manifest = json.loads((folder / "onnx.json").read_text())
    groups, failed, passed = {}, [], 0
    for entry in manifest["cases"]:
        group = entry["id"].split("/")[0]
        if group not in groups:
            content = json.loads((GOLDEN / f"{group}.json").read_text())
            arrays = safetensors.numpy.load_file(GOLDEN / content["arrays"])
            groups[group] = ({c["id"]: c for c in content["cases"]}, arrays)
        cases, arrays = groups[group]
        try:
            check(cases[entry["id"]], arrays, folder / entry["file"])
            passed += 1
        except Exception as error:  # any error of ONNX Runtime is a failure
            failed.append(entry["id"])
            print(f"FAILED {entry['id']} ({cases[entry['id']]['note']}): {type(error).__name__}: {str(error)[:300]}")
    for refused in manifest["refused"]:
        if not refused["error"].startswith("NotImplementedError: "):
            failed.append(refused["id"])
            print(f"FAILED {refused['id']}: {refused['error'][:300]}")
    print(f"{passed} passed, {len(failed)} failed; {len(manifest['refused'])} models have no form in ONNX")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
