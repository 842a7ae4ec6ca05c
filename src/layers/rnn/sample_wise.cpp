#include "layers/rnn/sample_wise.h"

#include <algorithm>
#include <string>

#include "serialization/serialize.h"

namespace keras {
namespace {

// Classes that never mix samples.
constexpr std::string_view kSampleWise =
    " Activation Add Average AveragePooling1D AveragePooling2D AveragePooling3D Conv1D "
    "Conv1DTranspose Conv2D Conv2DTranspose Conv3D Conv3DTranspose Cropping1D Cropping2D "
    "Cropping3D Dense DepthwiseConv1D DepthwiseConv2D Dropout ELU Embedding Flatten "
    "GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D "
    "GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D "
    "GroupNormalization GRU Identity LSTM LeakyReLU MaxPooling1D MaxPooling2D MaxPooling3D Maximum "
    "Minimum Multiply PReLU Permute ReLU RepeatVector Rescaling Reshape SeparableConv1D "
    "SeparableConv2D SimpleRNN SpatialDropout1D SpatialDropout2D SpatialDropout3D Subtract "
    "UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D ";
// Classes that mix samples only along the batch axis.
constexpr std::string_view kWithAxis =
    " BatchNormalization Concatenate LayerNormalization Softmax ";

bool lists(std::string_view list, const std::string& name) {
  return list.find(" " + name + " ") != list.npos;
}

bool reaches_batch(const json::Value& axis) {
  if (axis.is_array()) {
    return std::any_of(axis.as_array().begin(), axis.as_array().end(), reaches_batch);
  }
  return axis.as_int() != -1 && axis.as_int() < 1;
}

// Custom functions may mix samples.
bool has_custom_activation(const json::Object& config) {
  for (const char* key : {"activation", "recurrent_activation"}) {
    const json::Value* value = config.find(key);
    if (value != nullptr && !value->is_string()) return true;
  }
  return false;
}

bool is_sample_wise(const json::Value& record) {
  const std::string& class_name = record.find("class_name")->as_string();
  const json::Object& config = record.find("config")->as_object();
  if (class_name == "Sequential" || class_name == "Functional") {
    const json::Array& layers = config.at("layers").as_array();
    return std::all_of(layers.begin(), layers.end(),
                       [](const json::Value& layer) { return is_sample_wise(layer); });
  }
  const json::Value* module = record.find("module");
  if (module->is_null() || module->as_string() != "keras.layers") return false;
  if (class_name == "InputLayer") return config.at("batch_shape").as_array().front().is_null();
  if (lists(kWithAxis, class_name)) return !reaches_batch(config.at("axis"));
  const json::Value* stateful = config.find("stateful");
  return lists(kSampleWise, class_name) && !has_custom_activation(config) &&
         (stateful == nullptr || !stateful->truthy());
}

}  // namespace

bool is_sample_wise(const Layer& layer) { return is_sample_wise(serialize_keras_object(layer)); }

}  // namespace keras
