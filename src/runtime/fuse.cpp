#include <algorithm>

#include "runtime/js_step.h"
#include "runtime/passes.h"

namespace keras::runtime {
namespace {

std::vector<Tensor> constants_of(const Recording& recording, const Recording::RecordedStep& step) {
  std::vector<Tensor> constants;
  for (const int slot : step.inputs) {
    constants.push_back(recording.slots[static_cast<size_t>(slot)].constant);
  }
  return constants;
}

// How often each slot is read, and by which step last; outputs and aliases count as readers.
struct Readers {
  std::vector<int> count, step;

  Readers(const Recording& recording, std::span<const int> outputs)
      : count(recording.slots.size()), step(recording.slots.size(), -1) {
    for (size_t s = 0; s < recording.steps.size(); ++s) {
      for (const int slot : recording.steps[s].inputs) {
        ++count[static_cast<size_t>(slot)];
        step[static_cast<size_t>(slot)] = static_cast<int>(s);
      }
    }
    for (const int slot : outputs) ++count[static_cast<size_t>(slot)];
    for (const Recording::Slot& slot : recording.slots) {
      if (slot.alias_of >= 0) ++count[static_cast<size_t>(slot.alias_of)];
    }
  }
};

bool fuse_into_producer(const Recording& recording, Recording::RecordedStep& producer,
                        const Recording::RecordedStep& consumer, int slot) {
  if (consumer.outputs.size() != 1) return false;
  if (const auto activation = consumer.step->as_activation()) {
    return consumer.inputs.front() == slot && producer.step->fuse_activation(*activation);
  }
  const auto affine = consumer.step->as_affine(constants_of(recording, consumer));
  return affine && consumer.inputs[static_cast<size_t>(affine->input)] == slot &&
         producer.step->fuse_affine(*affine, constants_of(recording, producer));
}

void remove_steps(Recording& recording, const std::vector<bool>& removed) {
  std::vector<Recording::RecordedStep> kept;
  for (size_t s = 0; s < recording.steps.size(); ++s) {
    if (!removed[s]) kept.push_back(std::move(recording.steps[s]));
  }
  recording.steps = std::move(kept);
}

// JavaScript functions are called even when their results are empty.
bool has_empty_results(const Recording& recording, const Recording::RecordedStep& step) {
  if (dynamic_cast<const JsStep*>(step.step.get()) != nullptr) return false;
  return std::ranges::all_of(step.outputs, [&](int slot) {
    const Recording::Slot& result = recording.slots[static_cast<size_t>(slot)];
    return result.dtype != DType::kString && result.shape.size() == 0;
  });
}

}  // namespace

void remove_dead_steps(Recording& recording, std::span<const int> outputs) {
  std::vector<bool> needed(recording.slots.size());
  for (const int slot : outputs) needed[static_cast<size_t>(recording.root(slot))] = true;
  std::vector<Recording::RecordedStep> kept;
  for (auto step = recording.steps.rbegin(); step != recording.steps.rend(); ++step) {
    const bool used = std::any_of(step->outputs.begin(), step->outputs.end(),
                                  [&](int slot) { return needed[static_cast<size_t>(slot)]; });
    if (!used || has_empty_results(recording, *step)) continue;
    for (const int slot : step->inputs) needed[static_cast<size_t>(recording.root(slot))] = true;
    kept.push_back(std::move(*step));
  }
  std::reverse(kept.begin(), kept.end());
  recording.steps = std::move(kept);
}

void fuse_steps(Recording& recording, std::span<const int> outputs) {
  const Readers readers(recording, outputs);
  std::vector<bool> fused(recording.steps.size());
  for (size_t s = 0; s < recording.steps.size(); ++s) {
    auto& producer = recording.steps[s];
    // Fusing a step makes the producer write that step's output.
    while (!fused[s] && producer.outputs.size() == 1) {
      const auto slot = static_cast<size_t>(producer.outputs.front());
      if (readers.count[slot] != 1 || readers.step[slot] < 0) break;
      const auto next = static_cast<size_t>(readers.step[slot]);
      if (!fuse_into_producer(recording, producer, recording.steps[next], producer.outputs.front()))
        break;
      producer.outputs = recording.steps[next].outputs;
      fused[next] = true;
    }
  }
  remove_steps(recording, fused);
}

void fuse_padding(Recording& recording, std::span<const int> outputs) {
  const Readers readers(recording, outputs);
  std::vector<bool> fused(recording.steps.size());
  for (size_t s = 0; s < recording.steps.size(); ++s) {
    const auto& producer = recording.steps[s];
    const auto padding = producer.step->as_padding();
    if (!padding) continue;
    const auto slot = static_cast<size_t>(producer.outputs.front());
    if (readers.count[slot] != 1 || readers.step[slot] < 0) continue;
    auto& reader = recording.steps[static_cast<size_t>(readers.step[slot])];
    if (reader.inputs.front() != producer.outputs.front()) continue;
    if (!reader.step->fuse_padding(*padding)) continue;
    reader.inputs.front() = producer.inputs.front();
    fused[s] = true;
  }
  remove_steps(recording, fused);
}

void bind_constants(Recording& recording) {
  std::vector<bool> read(recording.slots.size());
  for (auto& recorded : recording.steps) {
    std::vector<int> inputs = recorded.inputs;
    for (const int input : recorded.step->bind_constants(constants_of(recording, recorded))) {
      inputs[static_cast<size_t>(input)] = -1;
    }
    for (const int slot : inputs) {
      if (slot >= 0) read[static_cast<size_t>(recording.root(slot))] = true;
    }
  }
  for (size_t slot = 0; slot < recording.slots.size(); ++slot) {
    if (!read[slot]) recording.slots[slot].constant = Tensor();
  }
}

}  // namespace keras::runtime
