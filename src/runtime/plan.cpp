#include "runtime/plan.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "base/error.h"

namespace keras::runtime {
namespace {

View view_of(const Tensor& tensor) {
  if (tensor.dtype() == DType::kString) return {nullptr, &tensor.string_data()};
  return {tensor.raw_data(), nullptr};
}

void copy_data(const Tensor& from, const Tensor& to) {
  if (from.dtype() == DType::kString) {
    to.string_data() = from.string_data();
  } else if (from.bytes() > 0) {
    std::memcpy(to.raw_data(), from.raw_data(), from.bytes());
  }
}

}  // namespace

Plan::Plan(Recorder& recorder, std::span<const Tensor> outputs) {
  for (const Tensor& output : outputs) {
    output_slots_.push_back(recorder.slot_of(output));
    output_specs_.push_back({output.shape(), output.dtype()});
    constant_outputs_.push_back(output.has_data() ? output : Tensor());
  }
  recording_ = recorder.take();
  for (const int slot : recording_.inputs) {
    const auto& described = recording_.slots[static_cast<size_t>(slot)];
    input_specs_.push_back({described.shape, described.dtype});
  }
  remove_dead_steps(recording_, output_slots_);
  fuse_padding(recording_, output_slots_);
  fuse_steps(recording_, output_slots_);
  keras::runtime::bind_constants(recording_);
  placement_ = place_buffers(recording_, output_slots_);
  make_views();
}

void Plan::make_views() {
  arena_ = std::make_unique<Buffer>(placement_.arena_bytes, [] { return std::string(kArenaText); });
  strings_.resize(recording_.slots.size());
  size_t scratch = 0;
  const Step* largest = nullptr;  // by its scratch memory
  for (const auto& recorded : recording_.steps) {
    const size_t bytes = recorded.step->scratch_bytes();
    if (bytes > scratch) {
      scratch = bytes;
      largest = recorded.step.get();
    }
    for (const auto* slots : {&recorded.inputs, &recorded.outputs}) {
      for (const int slot : *slots) {
        const auto root = static_cast<size_t>(recording_.root(slot));
        const Placement::Place& place = placement_.places[root];
        View view;
        switch (place.kind) {
          case Placement::Kind::kArena:
            view.data = arena_->data() + place.index;
            break;
          case Placement::Kind::kConstant:
            view = view_of(recording_.slots[root].constant);
            break;
          case Placement::Kind::kStrings: {
            auto& strings = strings_[root];
            if (!strings) strings = std::make_unique<Strings>();
            view.strings = strings.get();
            break;
          }
          case Placement::Kind::kInput:
          case Placement::Kind::kOutput:
            patches_.push_back(
                {views_.size(), place.kind == Placement::Kind::kOutput, place.index});
            break;
          case Placement::Kind::kNone:  // a constant that its step packed
            break;
        }
        views_.push_back(view);
      }
    }
  }
  scratch_ = std::make_unique<Buffer>(scratch, [&] { return scratch_text(*largest); });
}

void Plan::check(std::span<const Tensor> tensors, const std::vector<Spec>& specs,
                 std::string_view what) const {
  if (tensors.size() != specs.size()) {
    raise_internal_error({"A plan of ", std::to_string(specs.size()), " ", std::string(what),
                          " received ", std::to_string(tensors.size())});
  }
  for (size_t i = 0; i < specs.size(); ++i) {
    if (!tensors[i].has_data() || tensors[i].shape() != specs[i].shape ||
        tensors[i].dtype() != specs[i].dtype) {
      raise_internal_error({"A plan was given other ", std::string(what), " than were recorded"});
    }
  }
}

std::vector<Tensor> Plan::run(std::span<const Tensor> inputs) {
  std::vector<Tensor> outputs;
  outputs.reserve(output_specs_.size());
  for (const Spec& spec : output_specs_) {
    outputs.push_back(Tensor::allocate(spec.shape, spec.dtype));
  }
  run_into(inputs, outputs);
  return outputs;
}

void Plan::run_into(std::span<const Tensor> inputs, std::span<const Tensor> outputs) {
  check(inputs, input_specs_, "inputs");
  check(outputs, output_specs_, "outputs");
  for (const Patch& patch : patches_) {
    views_[patch.view] = view_of(patch.output ? outputs[patch.index] : inputs[patch.index]);
  }
  const View* view = views_.data();
  for (size_t s = 0; s < recording_.steps.size(); ++s) {
    const auto& recorded = recording_.steps[s];
    const std::span<const View> in(view, recorded.inputs.size());
    const std::span<const View> out(view + in.size(), recorded.outputs.size());
    view += in.size() + out.size();
    if (!profiling_) {
      recorded.step->run(in, out, scratch_->data());
      continue;
    }
    const auto start = std::chrono::steady_clock::now();
    recorded.step->run(in, out, scratch_->data());
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    seconds_[s] += elapsed.count();
  }
  copy_outputs(inputs, outputs);
}

// Outputs that no step writes in place: inputs, constants, strings and duplicates.
void Plan::copy_outputs(std::span<const Tensor> inputs, std::span<const Tensor> outputs) const {
  for (size_t i = 0; i < outputs.size(); ++i) {
    const auto root = static_cast<size_t>(recording_.root(output_slots_[i]));
    const Placement::Place& place = placement_.places[root];
    if (constant_outputs_[i]) {
      copy_data(constant_outputs_[i], outputs[i]);
    } else if (place.kind == Placement::Kind::kInput) {
      copy_data(inputs[place.index], outputs[i]);
    } else if (place.kind == Placement::Kind::kStrings) {
      outputs[i].string_data() = *strings_[root];
    } else if (place.kind == Placement::Kind::kOutput && place.index != i) {
      copy_data(outputs[place.index], outputs[i]);
    }
  }
}

std::vector<std::string> Plan::step_names() const {
  std::vector<std::string> names;
  for (const auto& recorded : recording_.steps) names.emplace_back(recorded.step->name());
  return names;
}

void Plan::set_profiling(bool on) {
  profiling_ = on;
  seconds_.assign(recording_.steps.size(), 0);
}

std::vector<Plan::StepTime> Plan::profile() const {
  std::vector<StepTime> times;
  for (size_t s = 0; s < seconds_.size(); ++s) {
    const auto& recorded = recording_.steps[s];
    const auto slot = static_cast<size_t>(recorded.outputs.front());
    times.push_back(
        {std::string(recorded.step->name()), recording_.slots[slot].shape, seconds_[s]});
  }
  return times;
}

}  // namespace keras::runtime
