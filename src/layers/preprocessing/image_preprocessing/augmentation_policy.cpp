#include "layers/preprocessing/image_preprocessing/augmentation_policy.h"

#include <algorithm>

#include "base/error.h"

namespace keras {
namespace {

// The arguments that Keras passes on to the owned layers when they are given.
constexpr std::string_view kSharedArguments[] = {
    "name", "trainable", "dtype", "autocast", "activity_regularizer", "bounding_box_format"};

// `random_shear` to `RandomShear`.
std::string class_name_of(std::string_view attribute) {
  std::string name;
  bool starts_word = true;
  for (const char c : attribute) {
    if (c != '_') name += starts_word ? static_cast<char>(c - 'a' + 'A') : c;
    starts_word = c == '_';
  }
  return name;
}

}  // namespace

void AugmentationPolicy::configure(const json::Object& config) {
  for (const std::string_view argument : kSharedArguments) {
    if (const json::Value* given = config.find(argument)) shared_options_.set(argument, *given);
  }
  BaseImagePreprocessingLayer::configure(config);
}

void AugmentationPolicy::own(const std::vector<std::string_view>& attributes) {
  for (const std::string_view attribute : attributes) {
    track(owned_.add(attribute, class_name_of(attribute), options_of(attribute)));
  }
}

json::Object AugmentationPolicy::options_of(std::string_view attribute) const {
  json::Object options = shared_options_;
  options.set("data_format", data_format_.name());
  const auto has = [&](std::initializer_list<std::string_view> attributes) {
    return std::find(attributes.begin(), attributes.end(), attribute) != attributes.end();
  };
  const json::Value& factor = factor_.json();
  if (attribute == "random_shear") {
    options.set("x_factor", factor);
    options.set("y_factor", factor);
  } else if (attribute == "random_translation") {
    options.set("height_factor", factor);
    options.set("width_factor", factor);
  } else if (attribute == "solarization") {
    options.set("addition_factor", factor);
    options.set("threshold_factor", factor);
  } else if (attribute == "random_posterization") {
    options.set("factor", std::max<int64_t>(1, static_cast<int64_t>(8 * factor_.upper())));
  } else if (!has({"auto_contrast", "equalization"})) {
    options.set("factor", factor);
  }
  if (has({"random_shear", "random_translation", "random_rotation"})) {
    options.set("interpolation", interpolation_);
  } else {
    options.set("value_range", value_range_.json());
  }
  if (!has({"auto_contrast", "equalization"})) {
    options.set("seed", FieldTraits<Seed>::write(seed_));
  }
  return options;
}

}  // namespace keras
