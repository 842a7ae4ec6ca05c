"""Writes symmetric and general matrices with Keras's eigenvectors and right singular vectors to the file that is its argument."""

import json
import sys

import numpy as np
from keras import ops

RNG = np.random.default_rng(5)
SIZES = {8: 6, 16: 6, 24: 6, 25: 6, 26: 6, 30: 6, 64: 3, 128: 3}


def kinds(size, is_first):
    draw = RNG.normal(size=(size, size))
    yield "random", draw
    yield "covariance", draw @ draw.T / size
    if is_first:
        index = np.arange(size)
        yield "decaying", 0.9 ** abs(index[:, None] - index)


def cases():
    for size, count in SIZES.items():
        for i in range(count):
            for kind, matrix in kinds(size, i == 0):
                general = matrix.astype("float32")
                symmetric = (general + general.T) / 2
                _, vectors = ops.eigh(ops.array(symmetric))
                _, _, transposed = ops.svd(ops.array(general), full_matrices=False)
                yield {
                    "size": size, "kind": kind, "symmetric": symmetric.ravel().tolist(), "general": general.ravel().tolist(),
                    "eigh": np.asarray(vectors).T.ravel().tolist(), "svd": np.asarray(transposed).ravel().tolist(),
                }  # fmt: skip


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(list(cases()), file)
