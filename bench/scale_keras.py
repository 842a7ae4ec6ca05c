"""Real Keras's predict on shards of samples, with the backend of KERAS_BACKEND.

scale_keras.py make NAME FOLDER COUNT SIZE: writes FOLDER/model.keras and COUNT shards of SIZE samples, FOLDER/0000.npy, ...
scale_keras.py predict FOLDER: predicts each shard, writes FOLDER/0000.keras.npy, ..., and prints {"keras": version, "backend": name,
"seconds": since before the model was opened}
"""

import json
import pathlib
import sys
import time

import keras
import numpy as np
from keras import layers


def cnn():
    stack = [
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ]
    return keras.Sequential(stack)


MODELS = {"cnn": cnn, "mobilenetv2": lambda: keras.applications.MobileNetV2(weights=None)}


def make(name, folder, count, size):
    keras.utils.set_random_seed(1)
    model = MODELS[name]()
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder / "model.keras")
    for i in range(count):
        samples = np.random.default_rng(i).random((size, *model.input_shape[1:]), "float32")
        np.save(folder / f"{i:04}.npy", samples)


def predict(folder):
    before = time.perf_counter()
    model = keras.saving.load_model(folder / "model.keras")
    for path in sorted(path for path in folder.glob("*.npy") if path.stem.isdigit()):
        outputs = model.predict(np.load(path), batch_size=32, verbose=0)
        np.save(folder / f"{path.stem}.keras.npy", outputs)
    seconds = time.perf_counter() - before
    print(json.dumps({"keras": keras.__version__, "backend": keras.backend.backend(), "seconds": seconds}))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], pathlib.Path(sys.argv[3]), *map(int, sys.argv[4:]))
    else:
        predict(pathlib.Path(sys.argv[2]))
