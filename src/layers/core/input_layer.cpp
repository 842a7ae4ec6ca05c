#include "layers/core/input_layer.h"

#include "base/error.h"
#include "base/naming.h"
#include "layers/shape_tree.h"

namespace keras {

KERAS_LAYER(InputLayer)

void InputLayer::fields(FieldVisitor& f) {
  f("batch_shape", batch_shape_, "Shape of the input, batch size included.");
  f("dtype", dtype_, "Dtype of the input.");
  f("sparse", sparse_, "Whether the input is sparse.");
  f("ragged", ragged_, "Whether the input is ragged.");
  f("name", name_, "Name of the layer and of its tensor.");
  f("optional", optional_, "Whether the input may be None.");
}

void InputLayer::configure(const json::Object& config) {
  set_dtype_policy(get_dtype_policy(nullptr));
  const auto given = [&](std::string_view key) -> const json::Value* {
    const json::Value* value = config.find(key);
    return value != nullptr && !value->is_null() ? value : nullptr;
  };
  const json::Value* shape = given("shape");
  if (shape == nullptr) shape = given("input_shape");
  const json::Value* batch_shape = given("batch_shape");
  if (batch_shape == nullptr) batch_shape = given("batch_input_shape");
  const json::Value* batch_size = given("batch_size");
  if (shape != nullptr && batch_shape != nullptr) {
    raise_value_error({"You cannot pass both `shape` and `batch_shape` at the same time."});
  }
  if (batch_size != nullptr && batch_shape != nullptr) {
    raise_value_error({"You cannot pass both `batch_size` and `batch_shape` at the same time."});
  }
  if (shape == nullptr && batch_shape == nullptr) {
    raise_value_error({"You must pass a `shape` argument."});
  }

  const json::Value* name = given("name");
  if (name != nullptr && !name->is_string()) {
    raise_value_error(
        {"Argument `name` must be a string and cannot contain character `/`. Received: "
         "name=",
         repr(Tree::from_json(*name)), " (of type ", python_type(Tree::from_json(*name)), ")"});
  }
  name_ = name != nullptr ? name->as_string() : auto_name("InputLayer");
  check_name();
  if (shape != nullptr) {
    const Shape rest = at_path("shape", [&] { return FieldTraits<Shape>::read(*shape); });
    batch_shape_ = Shape{batch_size == nullptr ? kNone : batch_size->as_int()}.concat(rest);
  } else {
    batch_shape_ = at_path("batch_shape", [&] { return FieldTraits<Shape>::read(*batch_shape); });
  }
  if (const json::Value* dtype = given("dtype")) {
    // Files of some versions store a whole policy here; its variable dtype applies.
    dtype_ = at_path("dtype", [&] {
      return dtype->is_string() ? parse_dtype(dtype->as_string())
                                : get_dtype_policy(*dtype)->variable_dtype();
    });
  }
  if (const json::Value* sparse = given("sparse")) sparse_ = sparse->truthy();
  if (const json::Value* ragged = given("ragged"); ragged != nullptr && ragged->truthy()) {
    raise_value_error({"`ragged=True` is not supported with the jax backend"});
  }
  if (const json::Value* optional = given("optional")) optional_ = optional->truthy();
  tensor_name_ = name != nullptr ? name_ : auto_name("keras_tensor");
  build_at_init();
}

Tensor InputLayer::tensor() {
  if (const auto first = node(0)) return first->output_tensor(0);
  const Tensor tensor = make_keras_tensor(batch_shape_, dtype_, tensor_name_, sparse_);
  Node::create(std::static_pointer_cast<Operation>(shared_from_this()), {}, {}, Tree(tensor));
  return tensor;
}

void InputLayer::wrap(const Tensor& tensor) {
  tensor_name_ = keras_tensor_info(tensor)->name;
  Node::create(std::static_pointer_cast<Operation>(shared_from_this()), {}, {}, Tree(tensor));
}

const CallSignature& InputLayer::call_signature() const {
  static const CallSignature signature("");
  return signature;
}

// As Keras, which indexes the missing first argument.
Tree InputLayer::call(const CallArgs&) { raise_index_error({"list index out of range"}); }

namespace {

json::Object to_config(const InputOptions& options) {
  json::Object config{{"batch_shape", FieldTraits<Shape>::write(options.batch_shape)},
                      {"dtype", dtype_name(options.dtype)},
                      {"sparse", options.sparse},
                      {"optional", options.optional}};
  if (!options.name.empty()) config.set("name", options.name);
  return config;
}

}  // namespace

std::shared_ptr<InputLayer> make_input_layer(const InputOptions& options) {
  auto layer = make_object<InputLayer>(kInputLayerClass);
  layer->configure(to_config(options));
  return layer;
}

Tensor make_input(const InputOptions& options) { return make_input_layer(options)->tensor(); }

Tensor wrap_input(const Tensor& tensor, const std::string& name, bool optional) {
  auto layer = make_input_layer({.batch_shape = tensor.shape(),
                                 .dtype = tensor.dtype(),
                                 .name = name,
                                 .sparse = keras_tensor_info(tensor)->sparse,
                                 .optional = optional});
  layer->wrap(tensor);
  return tensor;
}

}  // namespace keras
