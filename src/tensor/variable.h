// A named weight. Its value is drawn on first use, so that weights loaded from elsewhere
// are never drawn.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tensor/stateless_scope.h"
#include "tensor/tensor.h"

namespace keras {

class Regularizer;
class Constraint;

class Variable : public std::enable_shared_from_this<Variable> {
 public:
  using Initialize = std::function<Tensor(const Shape&, DType)>;

  // `path` is name scope and name (`dense/kernel`). ValueError "Shapes used to initialize variables
  // must be fully-defined (no `None` dimensions). ..." when a dimension is unknown.
  Variable(std::string name, std::string path, const Shape& shape, DType dtype, bool trainable,
           Initialize initialize);
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

  const std::string& name() const { return name_; }
  const std::string& path() const { return path_; }
  void set_path(std::string path) { path_ = std::move(path); }
  const Shape& shape() const { return shape_; }
  DType dtype() const { return dtype_; }
  bool trainable() const { return trainable_; }
  void set_trainable(bool trainable) { trainable_ = trainable; }

  // The stored value, drawn on first use.
  const Tensor& stored_value();
  // The stored value, cast to the active autocast dtype if it is floating-point.
  Tensor current_value();
  // current_value() for use in a layer's `call`: only its shape while shapes are inferred, so that
  // nothing is drawn.
  Tensor value();
  // The same without autocasting.
  Tensor uncast_value();
  // Copies `value`, cast to this dtype. Keras's ValueError when the shapes differ.
  void assign(const Tensor& value);
  // Takes the tensor without a copy; shape and dtype must match. For weights loaded from a file.
  void adopt(const Tensor& value);
  // True until the value is drawn or assigned.
  bool is_pending() const { return !value_; }
  // True until assign or adopt replaces the value from build.
  bool is_initial() const { return initial_; }
  // Called at the end of `build`: values assigned there count as initial.
  void mark_initial() { initial_ = true; }

  // Incremented by every assignment to any variable. Caches derived from weights compare it.
  static uint64_t global_version();
  // Increments global_version() for other changes that invalidate such caches.
  static void count_change();
  // How many variables were created so far.
  static uint64_t created_count();

  std::shared_ptr<const Regularizer> regularizer;
  std::shared_ptr<const Constraint> constraint;

 private:
  friend class StatelessScope;

  std::string name_;
  std::string path_;
  Shape shape_;
  DType dtype_;
  bool trainable_;
  bool initial_ = true;
  Initialize initialize_;
  Tensor value_;
  uint64_t number_;  // in order of creation
};

// While alive, float variables return their values in this
// dtype (keras/src/backend/common AutocastScope).
class AutocastScope {
 public:
  // nullopt disables autocasting.
  explicit AutocastScope(std::optional<DType> dtype);
  ~AutocastScope();
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

  static std::optional<DType> current();

 private:
  std::optional<DType> previous_;
};

}  // namespace keras
