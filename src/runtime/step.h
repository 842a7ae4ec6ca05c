// One kernel call for fixed shapes: what a plan is a list of.
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

// The memory of one operand while a step runs; its shape and dtype the step knows by itself.
struct View {
  std::byte* data = nullptr;
  std::vector<std::string>* strings = nullptr;  // of string tensors, which have no bytes

  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(data);
  }
};

// What a kernel reads of an operand.
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

// y is x between zeros: so many before and behind it, for each axis.
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

  // What run() reads of its inputs, in the order they were emitted, as the step's own parameters
  // say it; emit() refuses operands that differ. Empty where the parameters were taken from each
  // operand itself.
  virtual std::vector<OperandSpec> operands() const { return {}; }

  // Computes. Inputs stand in the order they were emitted; those that are constants whose content
  // bind_constants() took over may be null.
  virtual void run(std::span<const View> in, std::span<const View> out,
                   std::byte* scratch) const = 0;
  // Bytes of `scratch`, which is aligned to 64 bytes, by byte_size(). Asked after the constants
  // were bound.
  virtual size_t scratch_bytes() const { return 0; }

  // Called once when a plan is made, after fusion: one entry per input, the tensor when it is a
  // constant (a weight), else no tensor. The step may pack it; it returns the inputs that it will
  // not look at any more.
  virtual std::vector<int> bind_constants(std::span<const Tensor>) { return {}; }

  // Whether output 0 may lie in the memory of that input (of equal size).
  virtual bool runs_in_place(int) const { return false; }

  // What a following step may ask this one, the producer of its input, to do as well. True when it
  // is taken over. `constants` are those of this step.
  virtual bool fuse_activation(const Activation&) { return false; }
  virtual bool fuse_affine(const ChannelAffine&, std::span<const Tensor> /*constants*/) {
    return false;
  }

  // What a step before this one adds to input 0. True when it is taken over.
  virtual bool fuse_padding(const ZeroPadding&) { return false; }

  // What this step does, if it is as simple as that.
  virtual std::optional<Activation> as_activation() const { return std::nullopt; }
  virtual std::optional<ChannelAffine> as_affine(std::span<const Tensor> /*constants*/) const {
    return std::nullopt;
  }
  virtual std::optional<ZeroPadding> as_padding() const { return std::nullopt; }
};

// Whose memory it is, for errors: "the scratch memory of conv".
inline std::string scratch_text(const Step& step) {
  return "the scratch memory of " + std::string(step.name());
}

}  // namespace keras::runtime
