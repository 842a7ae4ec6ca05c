"""Writes class_summaries.json: the first sentence of the docstring of each public class of Keras.

The generated TypeScript shows them in editors. Run it with the Python of tools/fixtures after an update of Keras:

    KERAS_BACKEND=jax python tools/generate/class_summaries.py
"""

import inspect
import json
import pathlib
import re

import keras

MODULES = {
    "layers": keras.layers,
    "initializers": keras.initializers,
    "regularizers": keras.regularizers,
    "constraints": keras.constraints,
    "dtypePolicies": keras.dtype_policies,
}


def summary(cls):
    if not cls.__doc__:
        return None
    paragraph = " ".join(inspect.getdoc(cls).split("\n\n")[0].split())
    sentence = re.match(r".+?(?<!e\.g)(?<!a\.k\.a)(?<!et al)[.!](?=\s|$)", paragraph)
    return (sentence.group() if sentence else paragraph + ".").replace("..", ".")


def summaries(module):
    classes = {name: cls for name, cls in vars(module).items() if inspect.isclass(cls)}
    found = {name: summary(cls) for name, cls in sorted(classes.items()) if cls.__name__ == name}
    return {name: text for name, text in found.items() if text}


path = pathlib.Path(__file__).with_name("class_summaries.json")
texts = {family: summaries(module) for family, module in MODULES.items()}
path.write_text(json.dumps(texts, indent=2, ensure_ascii=False) + "\n")
