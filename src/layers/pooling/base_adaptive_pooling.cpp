#include "layers/pooling/base_adaptive_pooling.h"

#include "base/error.h"
#include "ops/nn.h"

namespace keras {

void BaseAdaptivePooling::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("output_size", given_size_, "Size of the output's spatial axes.", Field::kRequired);
  f("data_format", data_format_, "Position of the channels axis.");
}

void BaseAdaptivePooling::validate() {
  constexpr std::string_view kTuples[] = {"tuple of 1 integer", "(height, width) tuple",
                                          "(depth, height, width) tuple"};
  const bool is_list = given_size_->is_array();
  const bool right_length = is_list && given_size_->as_array().size() == static_cast<size_t>(rank_);
  if (is_list && !right_length && rank_ == 1) {
    raise_value_error({"For 1D input, `output_size` tuple must have length 1. Received: ",
                       repr(given_size_.value)});
  }
  if (!given_size_->is_int() && !right_length) {
    raise_type_error({"`output_size` must be an integer or ", std::string(kTuples[rank_ - 1]),
                      ". Received: ", python_str(given_size_), " of type <class '",
                      std::string(python_type_name(given_size_.value)), "'>"});
  }
  output_size_ = standardize_tuple(given_size_, rank_, "output_size");
  given_size_ = json_list(output_size_);
}

Tensor BaseAdaptivePooling::call_one(const Tensor& inputs, const CallArgs&) {
  return mode_ == Mode::kMax
             ? ops::adaptive_max_pool(inputs, output_size_, data_format_.name())
             : ops::adaptive_average_pool(inputs, output_size_, data_format_.name());
}

Shape BaseAdaptivePooling::output_shape(const Shape& input_shape) const {
  const Shape channels{dim_at(input_shape, data_format_.channel_axis())};
  const Shape batch{input_shape[0]};
  const Shape size(output_size_);
  return data_format_.channels_first ? batch.concat(channels).concat(size)
                                     : batch.concat(size).concat(channels);
}

}  // namespace keras
