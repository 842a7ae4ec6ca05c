"""How long real Keras takes to clone models and to make and read their configs.

configs_keras.py FOLDER [--quick]

Writes FOLDER/<model>.json (what to_json says, for the same measurement of this package) and FOLDER/times.json:
{"keras": version, "backend": ..., "times": {model: {operation: {"median": ms, "minimum": ms, "runs": n}}}}.
--quick leaves out the largest model, for which Keras needs minutes.
"""

import argparse
import concurrent.futures
import json
import pathlib
import statistics
import sys
import threading
import time

import keras
from keras import layers


def sequential():
    sizes = [64, 64, 48, 48, 32, 32, 24, 16, 12, 10]
    return keras.Sequential([keras.Input((784,))] + [layers.Dense(n, activation="relu") for n in sizes])


def chain(count):
    x = inputs = keras.Input((8,))
    for _ in range(count):
        x = layers.Dense(8)(x)
    return keras.Model(inputs, x)


MODELS = {
    "sequential_10": sequential,
    "mobilenet_v2": lambda: keras.applications.MobileNetV2(weights=None),
    "resnet50": lambda: keras.applications.ResNet50(weights=None),
    "chain_100": lambda: chain(100),
    "chain_1000": lambda: chain(1000),
    "chain_10000": lambda: chain(10000),
}


def measure(work, budget=4.0, most=7):
    times = []
    start = time.perf_counter()
    while not times or (time.perf_counter() - start < budget and len(times) < most):
        before = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - before))
    return {"median": statistics.median(times), "minimum": min(times), "runs": len(times)}


def operations(model):
    config = model.get_config()
    weights = model.get_weights()
    yield "getConfig", model.get_config
    # Keras takes the members out of the config that it reads.
    yield "fromConfig", lambda: type(model).from_config(dict(config))
    yield "clone", lambda: keras.models.clone_model(model)
    yield "cloneWithWeights", lambda: keras.models.clone_model(model).set_weights(weights)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    times = {}
    for name, make in MODELS.items():
        model = None if arguments.quick and name == "chain_10000" else make()
        if model is None:
            continue
        (arguments.folder / f"{name}.json").write_text(model.to_json())
        times[name] = {operation: measure(work) for operation, work in operations(model)}
        print(name, {k: round(v["median"]) for k, v in times[name].items()}, flush=True)
        del model
        keras.utils.clear_session()
    found = {"keras": keras.__version__, "backend": keras.backend.backend(), "times": times}
    (arguments.folder / "times.json").write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    # Keras walks graphs by recursion: 1,000 layers in a chain are too many for Python's usual stack.
    sys.setrecursionlimit(1_000_000)
    threading.stack_size(1 << 30)
    with concurrent.futures.ThreadPoolExecutor(1) as own:
        own.submit(main).result()
