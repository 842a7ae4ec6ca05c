#include "layers/rnn/sample_wise.h"

#include <algorithm>
#include <string>

#include "layers/rnn/rnn.h"

namespace keras {
namespace {

// Classes whose axes never reach the batch, and which hold no batch size.
constexpr std::string_view kSampleWise =
    " Activation AveragePooling1D AveragePooling2D AveragePooling3D Conv1D Conv1DTranspose Conv2D "
    "Conv2DTranspose Conv3D Conv3DTranspose Cropping1D Cropping2D Cropping3D Dense DepthwiseConv1D "
    "DepthwiseConv2D Dropout ELU Embedding Flatten GaussianDropout GaussianNoise "
    "GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D "
    "GlobalMaxPooling2D GlobalMaxPooling3D GroupNormalization GRU Identity InputLayer LSTM "
    "LeakyReLU MaxPooling1D MaxPooling2D MaxPooling3D PReLU Permute ReLU RepeatVector Rescaling "
    "Reshape SeparableConv1D SeparableConv2D SimpleRNN SpatialDropout1D SpatialDropout2D "
    "SpatialDropout3D UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D "
    "ZeroPadding3D ";
// These are, unless their axis is that of the batch.
constexpr std::string_view kWithAxis = " BatchNormalization LayerNormalization Softmax ";

bool lists(std::string_view list, std::string_view name) {
  return list.find(" " + std::string(name) + " ") != list.npos;
}

bool reaches_batch(const json::Value& axis) {
  if (axis.is_array()) {
    return std::any_of(axis.as_array().begin(), axis.as_array().end(), reaches_batch);
  }
  return axis.as_int() != -1 && axis.as_int() < 1;
}

// A function of the user may do anything.
bool has_custom_activation(const json::Object& config) {
  for (const char* key : {"activation", "recurrent_activation"}) {
    const json::Value* value = config.find(key);
    if (value != nullptr && !value->is_string()) return true;
  }
  return false;
}

}  // namespace

bool is_sample_wise(const Layer& layer) {
  const ClassInfo& info = layer.class_info();
  if (info.class_name == "Sequential" && info.module == "keras") {
    const std::vector<LayerPtr> layers = layer.sublayers();
    return std::all_of(layers.begin(), layers.end(),
                       [](const LayerPtr& inner) { return is_sample_wise(*inner); });
  }
  if (info.module != "keras.layers") return false;
  const bool has_axis = lists(kWithAxis, info.class_name);
  if (!has_axis && !lists(kSampleWise, info.class_name)) return false;
  const auto* rnn = dynamic_cast<const RNN*>(&layer);
  if (rnn != nullptr && rnn->stateful()) return false;
  const json::Object config = layer.get_config();
  return !has_custom_activation(config) && !(has_axis && reaches_batch(config.at("axis")));
}

}  // namespace keras
