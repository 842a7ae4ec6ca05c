"""Writes summaries.json: the first sentence of the docstring of each public class and operation of Keras.

The generated TypeScript shows them in editors. Run it with the Python of tools/fixtures after an update of Keras:

    KERAS_BACKEND=jax python tools/generate/summaries.py
"""

import inspect
import json
import pathlib
import re

import keras

CLASSES = {
    "layers": keras.layers,
    "initializers": keras.initializers,
    "regularizers": keras.regularizers,
    "constraints": keras.constraints,
    "dtypePolicies": keras.dtype_policies,
    "quantizers": keras.quantizers,
}
FUNCTIONS = {
    "ops": keras.ops,
    "activations": keras.activations,
    "random": keras.random,
}


def summary(documented):
    if not documented.__doc__:
        return None
    paragraph = " ".join(inspect.getdoc(documented).split("\n\n")[0].split())
    sentence = re.match(r".+?(?<!e\.g)(?<!a\.k\.a)(?<!et al)[.!](?=\s|$)", paragraph)
    return re.sub(r"(?<!\.)\.\.$", ".", sentence.group() if sentence else f"{paragraph}.")


def summaries(module, kind):
    members = sorted((name, value) for name, value in vars(module).items() if kind(value))
    found = {name: summary(value) for name, value in members if value.__name__ == name}
    return {name: text for name, text in found.items() if text}


path = pathlib.Path(__file__).with_name("summaries.json")
texts = {family: summaries(module, inspect.isclass) for family, module in CLASSES.items()}
texts |= {family: summaries(module, inspect.isfunction) for family, module in FUNCTIONS.items()}
path.write_text(json.dumps(texts, indent=2, ensure_ascii=False) + "\n")
