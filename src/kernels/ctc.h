// Connectionist temporal classification: its loss, and decoding
// (keras/src/backend/jax/nn.py).
#pragma once

#include <cstdint>

namespace keras::kernels {

// Logits [steps, classes] and labels [labels] of one sequence.
struct CtcSequence {
  const float* logits;
  int64_t steps, classes;
  int64_t length;      // of the steps, those that count
  int64_t mask_index;  // the class that stands for no label
};

// -log of the probability of the first `label_length` labels.
float ctc_loss(const CtcSequence& sequence, const int32_t* labels, int64_t label_count,
               int64_t label_length);

// The most probable class of each step: labels are padded with -1 to `steps`. Returns the negative
// sum of their logits.
float ctc_greedy_decode(const CtcSequence& sequence, bool merge_repeated, int32_t* labels);

// The `top_paths` most probable of at most `beam_width` label sequences, most probable first:
// labels [top_paths, steps], padded with -1, and the log of their probabilities. Needs
// top_paths <= 2 * beam_width, and at least one step and class.
void ctc_beam_search_decode(const CtcSequence& sequence, int64_t beam_width, int64_t top_paths,
                            int32_t* labels, float* scores);

}  // namespace keras::kernels
