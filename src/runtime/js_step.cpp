#include "runtime/js_step.h"

#include <cstring>

#include "base/error.h"

namespace keras::runtime {

JsStep::JsStep(std::string name, std::vector<Spec> inputs, std::vector<Spec> outputs,
               JsFunction function)
    : name_(std::move(name)),
      inputs_(std::move(inputs)),
      outputs_(std::move(outputs)),
      function_(std::move(function)) {}

void JsStep::run(std::span<const View> in, std::span<const View> out, std::byte*) const {
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < in.size(); ++i) {
    if (in[i].strings != nullptr) {
      tensors.push_back(Tensor::strings(*in[i].strings, inputs_[i].shape));
    } else {
      Tensor tensor = Tensor::allocate(inputs_[i].shape, inputs_[i].dtype);
      if (tensor.bytes() > 0) std::memcpy(tensor.raw_data(), in[i].data, tensor.bytes());
      tensors.push_back(std::move(tensor));
    }
  }
  const std::vector<Tensor> results = function_(tensors);
  if (results.size() != outputs_.size()) {
    raise_runtime_error({"`", name_, "` returned ", std::to_string(results.size()),
                         " tensors, expected ", std::to_string(outputs_.size()), "."});
  }
  for (size_t i = 0; i < results.size(); ++i) {
    const Tensor& result = results[i];
    const Spec& spec = outputs_[i];
    if (!result.has_data() || result.shape() != spec.shape || result.dtype() != spec.dtype) {
      raise_runtime_error({"`", name_, "` returned a tensor of shape ",
                           (result ? repr(result.shape()) : "None"), " and dtype ",
                           (result ? std::string(dtype_name(result.dtype())) : "None"),
                           ", expected shape ", repr(spec.shape), " and dtype ",
                           std::string(dtype_name(spec.dtype)), "."});
    }
    if (spec.dtype == DType::kString) {
      *out[i].strings = result.string_data();
    } else if (result.bytes() > 0) {
      std::memcpy(out[i].data, result.raw_data(), result.bytes());
    }
  }
}

}  // namespace keras::runtime
