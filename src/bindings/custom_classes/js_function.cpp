#include "bindings/custom_classes/js_function.h"

#include "bindings/callbacks.h"

namespace keras::bindings {

JsFunction::JsFunction(int64_t id, std::string name) : Function(std::move(name)), id_(id) {}

JsFunction::~JsFunction() { release_js_function(id_); }

Tree JsFunction::call(const Tree::Sequence& args, const Tree::Dict& kwargs) {
  return call_js_function(id_, pack_arguments(args, kwargs));
}

bool JsFunction::takes_keyword(std::string_view name) const { return js_function_takes(id_, name); }

bool JsFunction::is_lambda() const { return js_function_is_lambda(id_); }

}  // namespace keras::bindings
