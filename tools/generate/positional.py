"""Writes positional.json: the first arguments of the constructor of each public class of Keras.

Constructors in JavaScript take them by position, too: the required ones, or the first two. Run it with the Python of
tools/fixtures after an update of Keras:

    KERAS_BACKEND=jax python tools/generate/positional.py
"""

import inspect
import json
import pathlib

import keras

MODULES = (
    keras.layers,
    keras.initializers,
    keras.regularizers,
    keras.constraints,
    keras.dtype_policies,
    keras.quantizers,
)


def first_arguments(cls):
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    every = list(inspect.signature(cls.__init__).parameters.values())[1:]
    parameters = [each for each in every if each.kind in kinds]
    required = [each for each in parameters if each.default is inspect.Parameter.empty]
    return [each.name for each in parameters[: max(2, len(required))]]


path = pathlib.Path(__file__).with_name("positional.json")
found = {}
for module in MODULES:
    for name, cls in sorted(vars(module).items()):
        if inspect.isclass(cls) and cls.__name__ == name:
            found[name] = first_arguments(cls)
found = {name: names for name, names in found.items() if names}
rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(names)}" for name, names in found.items())
path.write_text("{\n" + rows + "\n}\n")
