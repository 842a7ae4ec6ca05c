// Optimizations of a recording before it becomes a plan.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/recorder.h"

namespace keras::runtime {

// Removes steps whose results reach no output or have no elements. Kernels rely on the latter.
void remove_dead_steps(Recording& recording, std::span<const int> outputs);

// Fuses activations and scale-and-shift steps (bias, batch normalization) into the step before
// them, where that step supports it and no other step reads the value in between.
void fuse_steps(Recording& recording, std::span<const int> outputs);

// Fuses zero padding into steps whose window may reach beyond the input (convolutions).
void fuse_padding(Recording& recording, std::span<const int> outputs);

// Passes every step its constants and frees those that were packed.
void bind_constants(Recording& recording);

// The storage of slots.
struct Placement {
  enum class Kind : unsigned char { kNone, kInput, kConstant, kArena, kOutput, kStrings };
  struct Place {
    Kind kind = Kind::kNone;
    size_t index = 0;  // of the input or output; offset in the arena
  };
  std::vector<Place> places;  // by root slot
  size_t arena_bytes = 0;
};
// Names the arena in errors.
inline constexpr std::string_view kArenaText = "what the steps of a prediction hand on";
// Values that are never in use at the same time share storage; elementwise steps work in place.
// RuntimeError when the arena cannot be addressed.
Placement place_buffers(const Recording& recording, std::span<const int> outputs);

}  // namespace keras::runtime
