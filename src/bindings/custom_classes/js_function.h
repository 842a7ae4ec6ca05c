// A function or class that JavaScript passed to the core: an activation, an initializer, a hook,
// what a hook returned.
#pragma once

#include <emscripten/val.h>

#include <cstddef>

#include "layers/core/lambda_bodies.h"
#include "serialization/function.h"

namespace keras::bindings {

// Keeps the JavaScript function from the garbage collector.
class JsFunction final : public Function, public MaybeLambda {
 public:
  // `name` is the one under which configs know the function.
  JsFunction(emscripten::val target, std::string name);
  ~JsFunction() override;
  JsFunction(const JsFunction&) = delete;
  JsFunction& operator=(const JsFunction&) = delete;

  const emscripten::val& target() const { return target_; }
  Tree call(const Tree::Sequence& args, const Tree::Dict& kwargs) override;
  bool takes_keyword(std::string_view name) const override;
  bool is_lambda() const override;

  // How many are alive, for memory().
  static size_t live_count() { return live_; }

 private:
  static inline size_t live_ = 0;
  emscripten::val target_;
};

}  // namespace keras::bindings
