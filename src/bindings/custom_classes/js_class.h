// What the core knows about a JavaScript class. One for each class, alive as long as the module.
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
  // The methods that the class defines, in JavaScript's spelling.
  std::vector<std::string> overrides{};
  CallSignature signature{"inputs"};
  // The number of positional parameters of `call`; the others are keywords.
  size_t positional = 1;
  // Of a layer: whether it has neither a constructor nor a getConfig, so that its config is the
  // options of Layer's constructor.
  bool captures_arguments = false;
  // Of a layer or model: whether plans may trace `call` instead of calling it each time they run.
  bool jit = true;
  // Of a model: whether its constructor passes a given graph to Model's.
  bool takes_graph = true;
  // Parameters of `build`, when it takes several shapes.
  std::vector<std::string> build_arguments{};

  bool defines(std::string_view method) const;

  // What `info` refers to.
  std::string class_name{};
  std::string registered_name{};
};

// The class with that index; an unknown one is an internal error.
const JsClass& js_class(int index);

// The class info for writing an object that was made from a record of Python: what that record
// says, except that a class registered here is written under its name here.
const ClassInfo* python_class_info(const JsClass& js_class, const json::Object& record);

}  // namespace keras::bindings
