// One kernel call for fixed shapes. A plan is a list of steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/unary.h"
#include "tensor/tensor.h"

namespace keras::runtime {

// The memory of one operand while a step runs. The step knows its shape and dtype.
struct View {
  std::byte* data = nullptr;
  Strings* strings = nullptr;  // of tensors of strings, in place of data

  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(data);
  }
};

// The shape and dtype that a kernel expects of an operand.
struct OperandSpec {
  std::string_view name;  // in errors; a literal
  Shape shape;
  DType dtype = DType::kFloat32;
};

// y = function(x), element by element, of floats.
struct Activation {
  kernels::Unary function = kernels::Unary::kLinear;
  kernels::UnaryParams params = {};

  bool is_linear() const { return function == kernels::Unary::kLinear; }
};

// y[..., c] = x[..., c] * scale[c] + shift[c] over the last axis; an empty scale is all ones, an
// empty shift all zeros.
struct ChannelAffine {
  int input = 0;  // which input is x
  std::vector<float> scale, shift;
};

// Zeros before and after x along each axis.
struct ZeroPadding {
  std::vector<int64_t> before, after;
};

class Step {
 public:
  Step() = default;
  virtual ~Step() = default;
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

  // For profiles and tests: `conv`, `add`.
  virtual std::string_view name() const = 0;

  // The operands that run() expects, in the order they were emitted; emit() refuses others. Empty
  // when the step takes all sizes from its operands.
  virtual std::vector<OperandSpec> operands() const { return {}; }

  // Computes. Inputs are in the order they were emitted; constants that bind_constants() returned
  // may be null.
  virtual void run(std::span<const View> in, std::span<const View> out,
                   std::byte* scratch) const = 0;
  // Bytes of `scratch`, which is aligned to 64 bytes, by byte_size(). Called after
  // bind_constants().
  virtual size_t scratch_bytes() const { return 0; }

  // Called once when a plan is made, after fusion, with one entry per input: the tensor when it is
  // a constant (a weight), else an empty one. Returns the inputs that the step has packed and no
  // longer reads.
  virtual std::vector<int> bind_constants(std::span<const Tensor>) { return {}; }

  // Whether output 0 may use the memory of that input (of equal size).
  virtual bool runs_in_place(int) const { return false; }

  // Fuses the step that reads this one's result; true on success. `constants` are this step's.
  virtual bool fuse_activation(const Activation&) { return false; }
  virtual bool fuse_affine(const ChannelAffine&, std::span<const Tensor> /*constants*/) {
    return false;
  }

  // Fuses the step that pads input 0; true on success.
  virtual bool fuse_padding(const ZeroPadding&) { return false; }

  // The step as a simple function, if it is one.
  virtual std::optional<Activation> as_activation() const { return std::nullopt; }
  virtual std::optional<ChannelAffine> as_affine(std::span<const Tensor> /*constants*/) const {
    return std::nullopt;
  }
  virtual std::optional<ZeroPadding> as_padding() const { return std::nullopt; }
};

// Names the memory in errors: "the scratch memory of conv".
inline std::string scratch_text(const Step& step) {
  return "the scratch memory of " + std::string(step.name());
}

}  // namespace keras::runtime
