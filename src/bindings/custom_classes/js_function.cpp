#include "bindings/custom_classes/js_function.h"

#include "bindings/callbacks.h"

namespace keras::bindings {

JsFunction::JsFunction(emscripten::val target, std::string name)
    : Function(std::move(name)), target_(std::move(target)) {
  ++live_;
}

JsFunction::~JsFunction() { --live_; }

Tree JsFunction::call(const Tree::Sequence& args, const Tree::Dict& kwargs) {
  return call_js_function(target_, pack_arguments(args, kwargs));
}

bool JsFunction::takes_keyword(std::string_view name) const {
  return js_function_takes(target_, name);
}

bool JsFunction::is_lambda() const { return js_function_is_lambda(target_); }

}  // namespace keras::bindings
