"""How long real Keras, on TensorFlow, takes for layers of strings.

strings_keras.py FOLDER [--quick]

Writes FOLDER/<workload>.json ({"layer": a record, "strings": [...], "checksum": ...}, for the same measurement of this package) and
FOLDER/times.json: {"keras": version, "backend": ..., "times": {workload: {operation: {"median": ms, "minimum": ms, "runs": n}}}}.
--quick takes a tenth of the strings.
"""

import argparse
import json
import pathlib

import keras
import numpy as np
from configs_keras import measure
from keras import layers

LETTERS = np.array(list("etaoinshrdlucmfwypvbgkjqxzéü"))


def words(rng, count):
    """Different words of 2 to 12 letters."""
    found = set()
    while len(found) < count:
        found.add("".join(rng.choice(LETTERS, rng.integers(2, 13))))
    return sorted(found)


def sentences(rng, quick):
    vocabulary = words(rng, 20_000)
    ranks = np.minimum(rng.zipf(1.2, (1_000 if quick else 10_000, 30)) - 1, 24_999)
    known = np.array(vocabulary + [f"unseen{i}" for i in range(5_000)], object)
    texts = [" ".join(row[: rng.integers(5, 31)]).capitalize() + "!" for row in known[ranks]]
    return layers.TextVectorization(vocabulary=vocabulary, output_sequence_length=32, name="text"), texts


def tokens(rng, quick):
    vocabulary = words(rng, 100_000)
    known = np.array(vocabulary + [f"unseen{i}" for i in range(10_000)], object)
    picked = known[rng.integers(0, len(known), 100_000 if quick else 1_000_000)]
    return layers.StringLookup(vocabulary=vocabulary, num_oov_indices=2, name="lookup"), picked.tolist()


WORKLOADS = {"sentences": sentences, "tokens": tokens}


def checksum(indices):
    """A sum that depends on the order of the indices."""
    flat = np.asarray(indices).reshape(-1)
    return int(np.sum(flat * (np.arange(flat.size) % 97 + 1)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    times = {}
    for name, make in WORKLOADS.items():
        layer, strings = make(np.random.default_rng(1), arguments.quick)
        tensor = keras.ops.convert_to_tensor(np.array(strings, object))
        content = {
            "layer": keras.saving.serialize_keras_object(layer),
            "strings": strings,
            "checksum": checksum(layer(tensor)),
        }
        (arguments.folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        times[name] = {
            "apply": measure(lambda: layer(tensor)),
            "all": measure(lambda: np.asarray(layer(np.array(strings, object)))),
            "fromConfig": measure(lambda: type(layer).from_config(layer.get_config())),
        }
        print(name, {k: round(v["median"]) for k, v in times[name].items()}, flush=True)
    found = {"keras": keras.__version__, "backend": keras.backend.backend(), "times": times}
    (arguments.folder / "times.json").write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
