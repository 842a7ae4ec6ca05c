// What happens to a recording before it becomes a plan.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/recorder.h"

namespace keras::runtime {

// Removes the steps whose results reach no output, or have no elements: kernels need not know of
// empty ones.
void remove_dead_steps(Recording& recording, std::span<const int> outputs);

// Lets producers take over activations and scale-and-shift steps (bias, batch normalization) that
// follow them, where the step says it can and nobody else reads the value in between.
void fuse_steps(Recording& recording, std::span<const int> outputs);

// Lets steps whose window may stand out of its input (convolutions) take over the zeros around it.
void fuse_padding(Recording& recording, std::span<const int> outputs);

// Tells every step its constants, and lets go of those that were packed.
void bind_constants(Recording& recording);

// Where the storage of slots lies.
struct Placement {
  enum class Kind : unsigned char { kNone, kInput, kConstant, kArena, kOutput, kStrings };
  struct Place {
    Kind kind = Kind::kNone;
    size_t index = 0;  // of the input or output; offset in the arena
  };
  std::vector<Place> places;  // by root slot
  size_t arena_bytes = 0;
};
// Whose memory the arena is, for errors.
inline constexpr std::string_view kArenaText = "what the steps of a prediction hand on";
// Storage is shared by values that never live at the same time; elementwise steps work in place.
// RuntimeError when the arena cannot be addressed.
Placement place_buffers(const Recording& recording, std::span<const int> outputs);

}  // namespace keras::runtime
