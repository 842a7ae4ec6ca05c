// Tensors and variables. Data crosses as views of the core's memory, never element by element.
#include <emscripten/val.h>

#include <cstring>

#include "base/byte_size.h"
#include "base/error.h"
#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/guard.h"
#include "serialization/fields.h"
#include "serialization/revive_values.h"
#include "serialization/serialize.h"
#include "tensor/cast.h"

namespace keras::bindings {
namespace {

Shape parse_shape(const std::string& text) { return FieldTraits<Shape>::read(decode(text)); }

// A view of the bytes, of strings of their block (tensor/strings.h), valid until the next call into
// the core.
emscripten::val tensor_view(const TensorHandle& handle) {
  const Tensor& tensor = handle.tensor;
  if (tensor.dtype() == DType::kString) {
    const auto block = tensor.string_data().block();
    return emscripten::val(emscripten::typed_memory_view(
        block.size(), reinterpret_cast<const uint8_t*>(block.data())));
  }
  return emscripten::val(
      emscripten::typed_memory_view(tensor.bytes(), reinterpret_cast<uint8_t*>(tensor.raw_data())));
}

// `bytes` holds a block of strings (tensor/strings.h) as uint8.
TensorHandlePtr tensor_of_strings(const TensorHandle& bytes, const std::string& shape) {
  const Shape dims = parse_shape(shape);
  const auto content = bytes.tensor.span<const std::byte>();
  auto block =
      std::make_shared<Buffer>(content.size(), [&] { return tensor_text(dims, DType::kString); });
  if (!content.empty()) std::memcpy(block->data(), content.data(), content.size());
  return make_handle(Tensor::strings(Strings::from_block(std::move(block), dims.size()), dims));
}

// JavaScript code asked for the data of a KerasTensor, which raises an error there.
void tensor_missing_data() { ShapesOnlyScope::note_missing_data(); }

std::string tensor_info(const TensorHandle& handle) { return encode(describe(handle.tensor)); }

TensorHandlePtr tensor_cast(const TensorHandle& handle, const std::string& dtype) {
  return make_handle(cast_data(handle.tensor, parse_dtype(dtype)));
}

TensorHandlePtr tensor_mask(const TensorHandle& handle) {
  return make_handle(handle.tensor.mask());
}

// {name, path, shape, dtype, id}
std::string variable_info(const VariableHandle& handle) {
  const Variable& variable = *handle.variable;
  return encode(json::Object{{"name", variable.name()},
                             {"path", variable.path()},
                             {"shape", FieldTraits<Shape>::write(variable.shape())},
                             {"dtype", dtype_name(variable.dtype())},
                             {"id", static_cast<int64_t>(reinterpret_cast<uintptr_t>(&variable))}});
}

TensorHandlePtr variable_value(const VariableHandle& handle) {
  // The data even while shapes are inferred: user code may read it.
  return make_handle(handle.variable->current_value());
}

TensorHandlePtr variable_stored_value(const VariableHandle& handle) {
  return make_handle(handle.variable->stored_value());
}

void variable_assign(const VariableHandle& handle, const TensorHandle& value) {
  handle.variable->assign(value.tensor);
}

// Takes the tensor as it is, without a copy; shape and dtype must be the variable's.
void variable_adopt(const VariableHandle& handle, const TensorHandle& value) {
  handle.variable->adopt(value.tensor);
}

bool variable_trainable(const VariableHandle& handle) { return handle.variable->trainable(); }

void variable_set_trainable(const VariableHandle& handle, bool trainable) {
  handle.variable->set_trainable(trainable);
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_tensor) {
  using namespace keras::bindings;
  bind<&tensor_view>("tensorView");
  bind<&tensor_of_strings>("tensorOfStrings");
  bind<&tensor_missing_data>("tensorMissingData");
  bind<&tensor_info>("tensorInfo");
  bind<&tensor_cast>("tensorCast");
  bind<&tensor_mask>("tensorMask");
  bind<&variable_info>("variableInfo");
  bind<&variable_value>("variableValue");
  bind<&variable_stored_value>("variableStoredValue");
  bind<&variable_assign>("variableAssign");
  bind<&variable_adopt>("variableAdopt");
  bind<&variable_trainable>("variableTrainable");
  bind<&variable_set_trainable>("variableSetTrainable");
}
