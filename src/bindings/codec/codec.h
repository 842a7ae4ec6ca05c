// The encoding of values across the JS/Wasm boundary: arguments and results of calls, constructor
// options, configs, and what the core tells about its objects. web/boundary/codec.ts is the other
// side.
//
// A value crosses as JSON text, which both sides read and write natively, and the handles that the
// text refers to. The text has one of these forms:
//
//   json                          plain JSON
//   "\1" json "\1" numbers        numbers that JSON cannot tell apart (json_text.h)
//   "\2" text of those forms      the JSON has tagged nodes
//   "\3" uid                      the one object in `handles`; what most hooks get and return
//   ""                            JavaScript's undefined: a hook that leaves it to the default
//
// Tagged nodes are dicts with the key "$". `i` is an index into `handles`.
//
//   {"$": "tensor", "i"}          from the core also what describe() says
//   {"$": "ndarray", "i"}         the same, as a constant of the graph
//   {"$": "object", "i", "uid"}
//   {"$": "function", "i", "name"}    a JavaScript function
//   {"$": "builtin", "name"}      a function of keras.activations
//   {"$": "tuple", "items"}
//   {"$": "slice", "items": [start, stop, step]}
//   {"$": "ellipsis"}
//   {"$": "bytes", "value"}
//   {"$": "dict", "items": [[key, value], ...]}   a dict that itself has the key "$"
//   {"$": "error", ...}           no value: the call failed (error_record.h)
//
// Only text with the mark "\2" is searched for nodes, and writers escape dicts with the key "$". So
// nothing that a file or a user writes is ever read as a handle.
//
// In options and configs, objects and functions become parts of the JSON value
// (serialization/live_objects.h); tensors are written there as Keras's `__tensor__`.
//
// Ownership: a handle of a tensor or object owns a share of it, and belongs to the side that
// receives it. A function crosses as itself; the core keeps it from the garbage collector while a
// JsFunction holds it.
#pragma once

#include <emscripten/val.h>

#include <optional>
#include <string>
#include <string_view>

#include "tree/tree.h"

namespace keras::bindings {

struct Packed {
  std::string text;
  // An array of handles of tensors and objects, and of functions; undefined when there are none.
  emscripten::val handles = emscripten::val::undefined();
};

Packed pack(const Tree& value);
// A config; the objects and functions in it stay what they are.
Packed pack_config(const json::Value& config);

// Throws JsError for an error record.
Tree unpack(const Packed& packed);
// Nothing for undefined.
std::optional<Tree> unpack_optional(const Packed& packed);
// Constructor options or a config.
json::Value unpack_config(const Packed& packed);

// Values without handles, as text alone. Objects in a config are written as their records.
std::string encode(const json::Value& value);
json::Value decode(std::string_view text);

// What JavaScript needs to know of a tensor: {shape, dtype}; of a symbolic one also
// {symbolic: true, name, sparse, id}, of a slot of the plan being recorded {traced: true}.
json::Object describe(const Tensor& tensor);

// The arguments of a call, packed as {"args": [...], "kwargs": {...}}.
struct Arguments {
  Tree::Sequence args;
  Tree::Dict kwargs;
};
Arguments unpack_arguments(const Packed& packed);
Tree arguments_tree(const Tree::Sequence& args, const Tree::Dict& kwargs);
Packed pack_arguments(const Tree::Sequence& args, const Tree::Dict& kwargs = {});

}  // namespace keras::bindings
