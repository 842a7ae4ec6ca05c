// Records the steps of a computation for given input shapes.
#pragma once

#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "runtime/step.h"
#include "tensor/tensor.h"

namespace keras::runtime {

// Shape and dtype of a result.
struct Spec {
  Shape shape;
  DType dtype = DType::kFloat32;
};

// A slot is a value: an input, a constant, the result of a step, or another slot under another
// shape.
struct Recording {
  struct Slot {
    Shape shape;
    DType dtype;
    int alias_of = -1;  // shares the storage of that slot
    Tensor constant;    // real data, if it is a constant
  };
  struct RecordedStep {
    std::unique_ptr<Step> step;
    std::vector<int> inputs, outputs;  // slots
  };

  std::vector<Slot> slots;
  std::vector<RecordedStep> steps;
  std::vector<int> inputs;
  bool cacheable = true;

  // The slot whose storage this one uses.
  int root(int slot) const {
    while (slots[static_cast<size_t>(slot)].alias_of >= 0) {
      slot = slots[static_cast<size_t>(slot)].alias_of;
    }
    return slot;
  }
};

// The thread's current recorder during its lifetime: operations on its slots are recorded instead
// of computed (runtime/emit.h). A model inside a model records into the same plan.
class Recorder {
 public:
  Recorder();
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // Null when nothing is being recorded.
  static Recorder* current();

  // An input of the plan; inputs are numbered in the order of these calls.
  Tensor input(const Shape& shape, DType dtype);
  // Appends a step. Real inputs become constants.
  std::vector<Tensor> append(std::unique_ptr<Step> step, std::span<const Tensor> inputs,
                             std::span<const Spec> outputs);
  // The slot's storage under another shape of equal size.
  Tensor alias(const Tensor& slot, const Shape& shape);

  // Another recording could differ (random numbers, changed state): the plan may run only once.
  void mark_uncacheable() { ++uncacheable_; }

  // A point of the recording, to which rewind() returns.
  struct Mark {
    size_t slots, steps, uncacheable;
  };
  Mark mark() const;
  void rewind(const Mark& mark);
  // Whether mark_uncacheable() was called since then.
  bool is_uncacheable_since(const Mark& mark) const { return uncacheable_ > mark.uncacheable; }

  // Ends the recording.
  Recording take();
  // The slot of a tensor; real data becomes a constant, once per tensor.
  int slot_of(const Tensor& tensor);

 private:
  friend class RecordingPause;

  Recording recording_;
  std::unordered_map<const void*, int> constants_;
  size_t uncacheable_ = 0;  // calls of mark_uncacheable()
  Recorder* previous_ = nullptr;
};

// Pauses recording during its lifetime, for code that must compute on real data now.
class RecordingPause {
 public:
  RecordingPause();
  ~RecordingPause();
  RecordingPause(const RecordingPause&) = delete;
  RecordingPause& operator=(const RecordingPause&) = delete;

 private:
  Recorder* paused_;
};

}  // namespace keras::runtime
