// A named weight: its value is drawn on first use, so a weight that gets its value from elsewhere
// costs no draw.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace keras {

class Regularizer;
class Constraint;

class Variable : public std::enable_shared_from_this<Variable> {
 public:
  using Initialize = std::function<Tensor(const Shape&, DType)>;

  // `path` is name scope and name (`dense/kernel`). The shape must be fully defined: else
  // ValueError "Shapes used to initialize variables must be fully-defined (no `None` dimensions).
  // ...".
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

  // The stored value, drawn now if it never was.
  const Tensor& stored_value();
  // The stored value, cast to the active autocast dtype if this is a float.
  Tensor current_value();
  // current_value() as a layer's call uses it: while only shapes are inferred a bare shape, so that
  // nothing is drawn.
  Tensor value();
  // The same for layers that are not subject to autocasting.
  Tensor uncast_value();
  // Copies `value`, cast to this dtype. Throws Keras's ValueError when the shapes differ.
  void assign(const Tensor& value);
  // Takes the tensor as it is (shape and dtype must agree): weights straight from a file.
  void adopt(const Tensor& value);
  // True while the value was neither drawn nor assigned.
  bool is_pending() const { return !value_; }
  // True until assign or adopt replaces the value with which its layer was built.
  bool is_initial() const { return initial_; }
  // Called at the end of building: what the layer assigned itself counts as its first value.
  void mark_initial() { initial_ = true; }

  // Counts every assignment to any variable: whoever caches something made of weights compares it.
  static uint64_t global_version();
  // Counts a change of something else that such caches depend on.
  static void count_change();

  std::shared_ptr<const Regularizer> regularizer;
  std::shared_ptr<const Constraint> constraint;

 private:
  friend class ShapesOnlyScope;

  std::string name_;
  std::string path_;
  Shape shape_;
  DType dtype_;
  bool trainable_;
  bool initial_ = true;
  Initialize initialize_;
  Tensor value_;
  uint64_t number_;  // in the order of creation
};

// While it lives, layers only infer shapes: their variables give bare shapes. As in Keras's
// StatelessScope, variables that existed before get their values back when it ends, so that nothing
// (a counter, the state of a seed generator) has advanced.
class ShapesOnlyScope {
 public:
  ShapesOnlyScope();
  ~ShapesOnlyScope();
  ShapesOnlyScope(const ShapesOnlyScope&) = delete;
  ShapesOnlyScope& operator=(const ShapesOnlyScope&) = delete;

  static bool active();
  // Called when code asks for the data of a tensor that has only a shape.
  static void note_missing_data();
  // Whether that happened: the code may still work on data.
  bool missed_data() const { return missed_data_; }

  // While it lives, no scope is active: for code that computes on its own data.
  class Pause {
   public:
    Pause();
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    ShapesOnlyScope* paused_;
  };

 private:
  friend class Variable;
  struct Before {
    std::shared_ptr<Variable> variable;
    Tensor value;
    Variable::Initialize initialize;
    bool initial;
  };

  // Remembers the value that `variable` has now; false when it was created in this scope.
  bool remember(Variable& variable);

  ShapesOnlyScope* outer_;
  uint64_t first_number_;
  std::vector<Before> changed_;
  bool missed_data_ = false;
};

// While it lives, float variables give their values in this dtype (keras/src/backend/common
// AutocastScope).
class AutocastScope {
 public:
  // nullopt switches casting off.
  explicit AutocastScope(std::optional<DType> dtype);
  ~AutocastScope();
  AutocastScope(const AutocastScope&) = delete;
  AutocastScope& operator=(const AutocastScope&) = delete;

  static std::optional<DType> current();

 private:
  std::optional<DType> previous_;
};

}  // namespace keras
