// Connectionist temporal classification: ctc_loss and ctc_decode (keras/src/ops/nn.py).
#include "kernels/ctc.h"

#include <algorithm>

#include "ops/common/support.h"
#include "ops/core.h"

namespace keras::ops {
namespace {

void check_rank(const Tensor& x, int rank, std::string_view name) {
  if (x.rank() == rank) return;
  raise_value_error({"Argument `", std::string(name), "` must have rank ", std::to_string(rank),
                     ". Received shape: ", repr(x.shape())});
}

void check_same_batch(std::string_view name1, const Tensor& x1, std::string_view name2,
                      const Tensor& x2) {
  if (x1.shape().front() == x2.shape().front()) return;
  raise_value_error({"Arguments `", std::string(name1), "` and `", std::string(name2),
                     "` must have the same first dimension. Received shapes: `", repr(x1.shape()),
                     "` and `", repr(x2.shape()), "`."});
}

void check_mask_index(int64_t mask_index, int64_t classes) {
  if (classes == kNone || (mask_index >= 0 && mask_index < classes)) return;
  raise_value_error({"`mask_index` must be the index of one of the ", std::to_string(classes),
                     " classes. Received: mask_index=", std::to_string(mask_index)});
}

Tensor ctc_loss(const Tensor& target, const Tensor& output, const Tensor& target_length,
                const Tensor& output_length, int64_t mask_index) {
  check_rank(target, 2, "target");
  check_rank(output, 3, "output");
  check_rank(target_length, 1, "target_length");
  check_rank(output_length, 1, "output_length");
  check_same_batch("target", target, "output", output);
  check_same_batch("target_length", target_length, "target", target);
  check_same_batch("output_length", output_length, "output", output);
  check_mask_index(mask_index, output.shape()[2]);
  const Shape batch{target.shape().front()};
  return emit(
      {cast(target, DType::kInt32), cast(output, DType::kFloat32),
       cast(target_length, DType::kInt32), cast(output_length, DType::kInt32)},
      Spec{batch, DType::kFloat32}, [&] {
        return function_step("ctc_loss", [n = batch.size(), labels = target.shape()[1],
                                          steps = output.shape()[1], classes = output.shape()[2],
                                          mask_index](auto in, auto out, auto*) {
          for (int64_t i = 0; i < n; ++i) {
            const kernels::CtcSequence sequence{in[1].template as<float>() + i * steps * classes,
                                                steps, classes, in[3].template as<int32_t>()[i],
                                                mask_index};
            out[0].template as<float>()[i] =
                kernels::ctc_loss(sequence, in[0].template as<int32_t>() + i * labels, labels,
                                  in[2].template as<int32_t>()[i]);
          }
        });
      });
}

struct Beam {
  int64_t width, paths;
};

Beam checked_beam(int64_t beam_width, int64_t top_paths, const Shape& inputs) {
  if (beam_width <= 0 || top_paths <= 0) {
    raise_value_error({"`beam_width` and `top_paths` must be positive. Received: beam_width=",
                       std::to_string(beam_width), ", top_paths=", std::to_string(top_paths)});
  }
  const int64_t both = checked_product(2, beam_width);
  if (inputs.is_fully_defined()) byte_size(Shape{both, inputs[2], inputs[1]}, DType::kInt32);
  return {beam_width, std::min(top_paths, both)};
}

TensorTuple ctc_decode(const Tensor& inputs, const Tensor& sequence_lengths,
                       const std::string& strategy, int64_t beam_width, int64_t top_paths,
                       bool merge_repeated, std::optional<int64_t> given_mask_index) {
  if (strategy != "greedy" && strategy != "beam_search") {
    raise_value_error(
        {"Invalid strategy ", strategy, ". Supported values are 'greedy' and 'beam_search'."});
  }
  check_rank(inputs, 3, "inputs");
  check_rank(sequence_lengths, 1, "sequence_lengths");
  check_same_batch("inputs", inputs, "sequence_lengths", sequence_lengths);
  const int64_t batch = inputs.shape()[0], steps = inputs.shape()[1], classes = inputs.shape()[2];
  if (steps == 0 || classes == 0) {
    raise_value_error({"`inputs` must have at least one step and one class. Received shape: ",
                       repr(inputs.shape())});
  }
  const bool greedy = strategy == "greedy";
  const int64_t mask_index = given_mask_index.value_or(classes - 1);
  if (!greedy) check_mask_index(mask_index, classes);
  const Beam beam = greedy ? Beam{1, 1} : checked_beam(beam_width, top_paths, inputs.shape());
  const std::vector<Tensor> operands{cast(inputs, DType::kFloat32),
                                     cast(sequence_lengths, DType::kInt32)};
  const std::vector<Spec> specs{{Shape{beam.paths, batch, steps}, DType::kInt32},
                                {Shape{batch, beam.paths}, DType::kFloat32}};
  return {emit(operands, specs, [&] {
    return function_step("ctc_decode", [=](auto in, auto out, auto*) {
      std::vector<int32_t> labels(static_cast<size_t>(beam.paths * steps));
      for (int64_t i = 0; i < batch; ++i) {
        const kernels::CtcSequence sequence{in[0].template as<float>() + i * steps * classes, steps,
                                            classes, in[1].template as<int32_t>()[i], mask_index};
        float* scores = out[1].template as<float>() + i * beam.paths;
        if (greedy) {
          *scores = kernels::ctc_greedy_decode(sequence, merge_repeated, labels.data());
        } else {
          kernels::ctc_beam_search_decode(sequence, beam.width, beam.paths, labels.data(), scores);
        }
        for (int64_t path = 0; path < beam.paths; ++path) {
          std::copy_n(labels.data() + path * steps, steps,
                      out[0].template as<int32_t>() + (path * batch + i) * steps);
        }
      }
    });
  })};
}

}  // namespace

KERAS_OP("ops.nn", CTCLoss, ctc_loss, "target, output, target_length, output_length, .mask_index=0")
KERAS_OP("ops.nn", CTCDecode, ctc_decode,
         "inputs, sequence_lengths, .strategy='greedy', .beam_width=100, .top_paths=1, "
         ".merge_repeated=True, .mask_index=0")

}  // namespace keras::ops
