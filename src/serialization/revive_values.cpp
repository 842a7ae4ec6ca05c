#include "serialization/revive_values.h"

#include "base/error.h"
#include "base/naming.h"
#include "json/repr.h"
#include "serialization/deserialize.h"
#include "tensor/element.h"

namespace keras {
namespace {

[[noreturn]] void ragged() { raise_value_error({"The nested lists of an array are ragged"}); }

void append_strings(const json::Value& value, StringsBuilder& out) {
  if (!value.is_array()) return out.append(value.as_string());
  for (const json::Value& item : value.as_array()) append_strings(item, out);
}

// Checks that the nested lists are rectangular.
void check(const json::Value& value, size_t depth, const std::vector<int64_t>& dims) {
  if (value.is_array() != (depth < dims.size())) ragged();
  if (!value.is_array()) return;
  const json::Array& items = value.as_array();
  if (static_cast<int64_t>(items.size()) != dims[depth]) ragged();
  for (const json::Value& item : items) check(item, depth + 1, dims);
}

std::vector<int64_t> measure(const json::Value& value) {
  std::vector<int64_t> dims;
  for (const json::Value* at = &value; at->is_array(); at = &at->as_array().front()) {
    dims.push_back(static_cast<int64_t>(at->as_array().size()));
    if (dims.back() == 0) break;
  }
  check(value, 0, dims);
  return dims;
}

void fill(const json::Value& value, Tensor& tensor, int64_t& next) {
  if (value.is_array()) {
    for (const json::Value& item : value.as_array()) fill(item, tensor, next);
  } else if (tensor.dtype() == DType::kInt64 && value.is_int()) {
    tensor.data<int64_t>()[next++] = value.as_int();  // exact, unlike a double beyond 2^53
  } else {
    const double number = value.is_bool() ? (value.as_bool() ? 1 : 0) : value.as_double();
    store_element(tensor.dtype(), tensor.raw_data(), next++, number);
  }
}

constexpr const char* kLambdaRefused =
    "Requested the deserialization of a Python lambda. This carries a potential risk of arbitrary "
    "code execution and thus it is disallowed by default. If you trust the source of the artifact, "
    "you can override this error by passing `safe_mode=False` to the loading function, or calling "
    "`keras.config.enable_unsafe_deserialization().";

}  // namespace

Tensor tensor_from_json(const json::Value& value, DType dtype) {
  const Shape shape(measure(value));
  if (dtype == DType::kString) {
    StringsBuilder strings;
    append_strings(value, strings);
    return Tensor::strings(strings.finish(), shape);
  }
  Tensor tensor = Tensor::allocate(shape, dtype);
  int64_t next = 0;
  fill(value, tensor, next);
  return tensor;
}

std::optional<Tree> revive_value(std::string_view class_name, const json::Value& config,
                                 bool safe_mode) {
  if (!class_name.starts_with("__")) return std::nullopt;
  if (class_name == "__keras_tensor__") {
    const json::Object& object = config.as_object();
    const Shape shape = FieldTraits<Shape>::read(object.at("shape"));
    const DType dtype = parse_dtype(object.at("dtype").as_string());
    const json::Value* history = object.find("keras_history");
    // Keras makes an unnamed KerasTensor here, which advances its name counter.
    return Tensor::symbolic(
        shape, dtype,
        std::make_shared<RevivedTensor>(history == nullptr ? json::Value() : *history,
                                        auto_name("keras_tensor")));
  }
  if (class_name == "__tensor__" || class_name == "__numpy__") {
    const json::Object& object = config.as_object();
    const DType dtype = parse_dtype(object.at("dtype").as_string());
    Tensor tensor = tensor_from_json(object.at("value"), dtype);
    if (class_name == "__tensor__") return Tree(tensor);
    return Tree(Tree::Ndarray{tensor});
  }
  if (class_name == "__bytes__")
    return Tree(Tree::Bytes{config.as_object().at("value").as_string()});
  if (class_name == "__ellipsis__") return Tree(Tree::Ellipsis{});
  if (class_name == "__slice__") {
    const json::Object& object = config.as_object();
    return Tree(Tree::Slice{deserialize_keras_object(object.at("start")),
                            deserialize_keras_object(object.at("stop")),
                            deserialize_keras_object(object.at("step"))});
  }
  if (class_name == "__lambda__") {
    if (safe_mode) raise_value_error({kLambdaRefused});
    raise_value_error(
        {"A Python lambda is byte code of one Python version and cannot run here. Replace "
         "it by a named function, for example in `customObjects`."});
  }
  if (class_name == "__typespec__") {
    if (!config.is_array()) {
      raise_type_error(
          {"Expected 'config' to be a list or a tuplefor a __typespec__ class name,\ninstead got "
           "<class '",
           std::string(python_type_name(config)), "'>"});
    }
    raise_value_error({"A TensorFlow TypeSpec cannot be revived without TensorFlow"});
  }
  return std::nullopt;
}

}  // namespace keras
