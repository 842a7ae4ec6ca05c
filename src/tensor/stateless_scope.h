// Scopes in which calls of layers compute no data, and leave variables as they were.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace keras {

class Variable;

// As in Keras's StatelessScope, variables that existed before (counters, seed states) get their
// values back at the end.
class StatelessScope {
 public:
  StatelessScope(const StatelessScope&) = delete;
  StatelessScope& operator=(const StatelessScope&) = delete;

  // The innermost scope that is alive; null when there is none.
  static StatelessScope* current();
  // Called when code asks for the data of a tensor that has none. `place` is the line of that code,
  // if it is known.
  static void note_missing_data(const std::string& place = {});

  // Whether that happened. Such code may still work on real data.
  bool missed_data() const { return missed_data_; }
  // The line that asked first; empty when it is not known.
  const std::string& place() const { return place_; }
  // Whether variables that existed before were changed.
  bool changed_variables() const { return !changed_.empty(); }

  // Saves the current value of `variable`; false when it was created in this scope.
  bool remember(Variable& variable);

 protected:
  enum class Purpose { kShapes, kTrace };
  explicit StatelessScope(Purpose purpose);
  ~StatelessScope();

 private:
  friend class ShapesOnlyScope;
  struct Before {
    std::shared_ptr<Variable> variable;
    Tensor value;
    std::function<Tensor(const Shape&, DType)> initialize;
    bool initial;
  };

  const Purpose purpose_;
  StatelessScope* outer_;
  uint64_t first_number_;  // of variables created in this scope
  std::vector<Before> changed_;
  bool missed_data_ = false;
  std::string place_;
};

// While alive, layers only infer shapes, and variables return bare shapes.
class ShapesOnlyScope : public StatelessScope {
 public:
  ShapesOnlyScope() : StatelessScope(Purpose::kShapes) {}
  // Whether the innermost scope is one.
  static bool active();

  // Suspends it and the scopes around it, for code that computes on real data.
  class Pause {
   public:
    Pause();
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    StatelessScope* paused_;
  };
};

// While alive, code that the core cannot analyze runs on slots of the plan being recorded. Data
// that such code misses does not concern outer scopes: the caller has another way.
class TraceScope : public StatelessScope {
 public:
  TraceScope() : StatelessScope(Purpose::kTrace) {}
};

}  // namespace keras
