// A computation for fixed shapes, created once from a recording and run many times without
// allocating.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/passes.h"
#include "runtime/recorder.h"

namespace keras::runtime {

class Plan {
 public:
  // Ends the recording. `outputs` are tensors of the recorder, or real data where a result does not
  // depend on the inputs.
  Plan(Recorder& recorder, std::span<const Tensor> outputs);
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  const std::vector<Spec>& inputs() const { return input_specs_; }
  const std::vector<Spec>& outputs() const { return output_specs_; }
  // False when another recording could differ: run the plan once and discard it.
  bool is_cacheable() const { return recording_.cacheable; }

  // Inputs must have the shapes and dtypes recorded. The results are fresh tensors.
  std::vector<Tensor> run(std::span<const Tensor> inputs);
  // Writes the results to tensors of the specified shapes and dtypes; does not allocate.
  void run_into(std::span<const Tensor> inputs, std::span<const Tensor> outputs);

  // The steps, for tests and profiles.
  size_t step_count() const { return recording_.steps.size(); }
  std::vector<std::string> step_names() const;
  size_t arena_bytes() const { return placement_.arena_bytes; }

  // While on, every run adds to the time of each step.
  void set_profiling(bool on);
  struct StepTime {
    std::string name;
    Shape shape;         // of its first output
    double seconds = 0;  // of all runs since profiling began
  };
  std::vector<StepTime> profile() const;

 private:
  // A view whose memory is known only when the plan runs.
  struct Patch {
    size_t view;
    bool output;
    size_t index;
  };

  void make_views();
  void check(std::span<const Tensor> tensors, const std::vector<Spec>& specs,
             std::string_view what) const;
  void copy_outputs(std::span<const Tensor> inputs, std::span<const Tensor> outputs) const;

  Recording recording_;
  std::vector<int> output_slots_;
  std::vector<Spec> input_specs_, output_specs_;
  std::vector<Tensor> constant_outputs_;
  Placement placement_;
  std::unique_ptr<Buffer> arena_, scratch_;
  std::vector<std::unique_ptr<Strings>> strings_;  // by slot
  std::vector<View> views_;                        // inputs, then outputs of each step
  std::vector<Patch> patches_;
  std::vector<double> seconds_;
  bool profiling_ = false;
};

}  // namespace keras::runtime
