// Forward-mode derivatives (ops.jvp): which tensors have tangents while a function is
// differentiated. Operations with a rule compute the tangents of their results
// (ops/table/tangent_rules.h); here are the scopes that hold them.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "tensor/tensor.h"

namespace keras::runtime {

class Recorder;

// The tangents of one call of jvp. Scopes nest as calls do: a tangent is computed while the outer
// scope is current, so that the outer call differentiates it, too.
//
// Tensors that share memory and shape share their tangent; it is freed when the memory is.
class TangentScope {
 public:
  TangentScope() : outer_(current_) { current_ = this; }
  ~TangentScope() { current_ = outer_; }
  TangentScope(const TangentScope&) = delete;
  TangentScope& operator=(const TangentScope&) = delete;

  // The scope that operations compute tangents for; null when there is none.
  static TangentScope* current() { return current_; }

  void set(const Tensor& tensor, const Tensor& tangent);
  // Null when the tensor does not depend on the arguments of the function.
  Tensor of(const Tensor& tensor) const;
  bool has(const Tensor& tensor) const { return static_cast<bool>(of(tensor)); }

 private:
  friend class TangentSwitch;
  struct Entry {
    Shape shape;
    DType dtype;
    std::weak_ptr<Buffer> memory;  // of tensors with data
    Tensor owner;                  // of others
    const Recorder* recorder;      // of slots
    Tensor tangent;
  };

  static inline TangentScope* current_ = nullptr;

  const Entry* find(const Tensor& tensor) const;
  void forget_freed();

  TangentScope* outer_;
  std::unordered_multimap<uintptr_t, Entry> entries_;
  size_t next_sweep_ = 256;
};

// Makes another scope current during its lifetime.
class TangentSwitch {
 public:
  explicit TangentSwitch(TangentScope* scope)
      : before_(std::exchange(TangentScope::current_, scope)) {}
  // To the scope around this one, for the computation of tangents.
  static TangentSwitch outside_of(const TangentScope& scope) { return TangentSwitch(scope.outer_); }
  ~TangentSwitch() { TangentScope::current_ = before_; }
  TangentSwitch(const TangentSwitch&) = delete;
  TangentSwitch& operator=(const TangentSwitch&) = delete;

 private:
  TangentScope* before_;
};

// Whether tensors of the dtype have tangents: floats and complex numbers.
bool is_differentiable(DType dtype);

// Whether one of the tensors has a tangent.
bool any_tangent(std::span<const Tensor> tensors);
template <std::same_as<Tensor>... T>
bool any_tangent(const T&... tensors) {
  const TangentScope* scope = TangentScope::current();
  return scope != nullptr && (scope->has(tensors) || ...);
}

// NotImplementedError when an input has a tangent: the function has no derivative here.
void refuse_tangents(std::string_view function, std::span<const Tensor> inputs);

// f(x), for a function that is linear in x: the tangent of the result is f of the tangent.
template <class F>
Tensor map_linear(const Tensor& x, const F& f) {
  TangentScope* scope = TangentScope::current();
  const Tensor tangent = scope != nullptr ? scope->of(x) : Tensor();
  if (!tangent) return f(x);
  const TangentSwitch outside = TangentSwitch::outside_of(*scope);
  const Tensor y = f(x);
  scope->set(y, f(tangent));
  return y;
}

}  // namespace keras::runtime
