// A function that JavaScript supplied: an activation, an initializer, what a hook returned.
#pragma once

#include <cstdint>

#include "layers/core/lambda_bodies.h"
#include "serialization/function.h"

namespace keras::bindings {

// Owns the function's number: the host forgets the function when this dies.
class JsFunction final : public Function, public MaybeLambda {
 public:
  JsFunction(int64_t id, std::string name);
  ~JsFunction() override;
  JsFunction(const JsFunction&) = delete;
  JsFunction& operator=(const JsFunction&) = delete;

  int64_t id() const { return id_; }
  Tree call(const Tree::Sequence& args, const Tree::Dict& kwargs) override;
  bool takes_keyword(std::string_view name) const override;
  bool is_lambda() const override;

 private:
  int64_t id_;
};

}  // namespace keras::bindings
