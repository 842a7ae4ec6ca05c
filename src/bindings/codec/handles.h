// The handles that JavaScript holds: each owns a share of one object, tensor or variable.
#pragma once

#include <cstddef>
#include <memory>

#include "serialization/object.h"
#include "tensor/variable.h"

namespace keras::bindings {

// Counts the living handles of all types, for memory().
class Handle {
 public:
  Handle() { ++live_; }
  virtual ~Handle() { --live_; }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  static size_t live_count() { return live_; }

 private:
  static inline size_t live_ = 0;
};

class ObjectHandle : public Handle {
 public:
  // A share of the object.
  virtual std::shared_ptr<Object> object() const = 0;

  // The object as a T; TypeError when it is something else.
  template <class T>
  std::shared_ptr<T> as() const {
    auto found = std::dynamic_pointer_cast<T>(object());
    if (!found) throw_wrong_type();
    return found;
  }

 private:
  [[noreturn]] void throw_wrong_type() const;
};

class TensorHandle final : public Handle {
 public:
  explicit TensorHandle(Tensor tensor) : tensor(std::move(tensor)) {}
  const Tensor tensor;
};

class VariableHandle final : public Handle {
 public:
  explicit VariableHandle(std::shared_ptr<Variable> variable) : variable(std::move(variable)) {}
  const std::shared_ptr<Variable> variable;
};

using ObjectHandlePtr = std::shared_ptr<ObjectHandle>;
using TensorHandlePtr = std::shared_ptr<TensorHandle>;
using VariableHandlePtr = std::shared_ptr<VariableHandle>;

// A handle of an object, which also makes it findable by its uid. Null for null.
ObjectHandlePtr make_handle(const std::shared_ptr<Object>& object);
// Null for no tensor.
TensorHandlePtr make_handle(const Tensor& tensor);

}  // namespace keras::bindings
