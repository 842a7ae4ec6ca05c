// What the core knows of a JavaScript class whose objects it uses. One per class, alive as long as
// the module.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bindings/custom_classes/js_function.h"
#include "graph/call_signature.h"
#include "serialization/object.h"

namespace keras::bindings {

struct JsClass {
  ClassInfo info;
  std::shared_ptr<JsFunction> constructor{};
  // The methods that the class defines itself, as JavaScript spells them.
  std::vector<std::string> overrides{};
  CallSignature signature{"inputs"};
  // How many parameters of `call` are given by position; the others are keywords.
  size_t positional = 1;
  // Of a layer: whether it has neither a constructor nor a getConfig, so that its config is what
  // the constructor of Layer was given.
  bool captures_arguments = false;
  // Of a model: whether its constructor hands on a graph that it is given.
  bool takes_graph = true;
  // Parameters of `build`, when it takes several shapes.
  std::vector<std::string> build_arguments{};

  bool defines(std::string_view method) const;

  // The texts that `info` shows.
  std::string class_name{};
  std::string registered_name{};
};

// The class with that number; an unknown one is an internal error.
const JsClass& js_class(int index);

// What records say of an object that was made from the record of a class of Python: the same,
// except that a class that was registered here goes by the name that it has here.
const ClassInfo* python_class_info(const JsClass& js_class, const json::Object& record);

}  // namespace keras::bindings
