"""Weights as training leaves them: biases that are not zero, statistics that are not those of a fresh layer."""

import keras
import numpy as np


def randomize(model, seed):
    """Draws what initializers leave constant. Kernels keep what they were initialized with."""
    random = np.random.default_rng(seed)
    for layer in model._flatten_layers(include_self=False):
        if layer._layers:
            continue
        for weight in layer.weights:
            weight.assign(draw(layer, weight, random))


def draw(layer, weight, random):
    shape = weight.shape
    if weight.name in ("gamma", "moving_variance"):
        return random.uniform(0.8, 1.2, shape).astype("float32")
    if weight.name in ("beta", "bias", "moving_mean"):
        return keras.ops.convert_to_numpy(weight) + random.normal(0, 0.1, shape).astype("float32")
    return keras.ops.convert_to_numpy(weight)
