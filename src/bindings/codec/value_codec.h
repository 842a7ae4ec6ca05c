// Values as they cross the border: one JSON text, beside it the handles it refers to.
//
// None, bools, numbers, strings, lists and dicts are plain JSON. Everything else is an object with
// the key "$":
//   {"$": "tensor", "i": 0}              handle 0 of `tensors`; from the core also what describe()
//   says
//   {"$": "ndarray", "i": 0}             the same, as a constant of the graph
//   {"$": "object", "uid": 7, "i": 0}    handle 0 of `objects`
//   {"$": "function", "id": 3, "name"}   a function of the host, by its number there
//   {"$": "builtin", "name": "relu"}     a function of keras.activations
//   {"$": "tuple", "items": [...]}
//   {"$": "slice", "items": [start, stop, step]}
//   {"$": "ellipsis"}
//   {"$": "bytes", "value": "..."}
//   {"$": "dict", "items": [[key, value], ...]}    a dict with a key "$"
// web/tree.ts is the other side.
#pragma once

#include <emscripten/val.h>

#include <string>

#include "tree/tree.h"

namespace keras::bindings {

struct Packed {
  std::string json;
  // Arrays of handles; undefined when there are none.
  emscripten::val tensors = emscripten::val::undefined();
  emscripten::val objects = emscripten::val::undefined();
};

Packed pack(const Tree& tree);
Tree unpack(const Packed& packed);

// What the host wants to know of a tensor: {shape, dtype}, and of a symbolic one {symbolic: true,
// name, sparse, id}.
json::Object describe(const Tensor& tensor);

// The parts of packed arguments {"args": [...], "kwargs": {...}}.
struct Arguments {
  Tree::Sequence args;
  Tree::Dict kwargs;
};
Arguments unpack_arguments(const Packed& packed);
Tree pack_arguments(const Tree::Sequence& args, const Tree::Dict& kwargs);

}  // namespace keras::bindings
