// The step of convolutions whose kernels read packed weights.
#pragma once

#include <memory>
#include <utility>

#include "ops/common/epilogue.h"
#include "ops/common/packed.h"
#include "ops/common/support.h"

namespace keras::ops {

// Constant weights are packed when the plan is made, others on every run. `Kernel` has the
// parameters of the kernel and the functions called below; kScalesWeights says whether its pack()
// multiplies the weights of each output channel by `scale`.
template <class Kernel>
class PackedConvStep final : public Step {
 public:
  explicit PackedConvStep(const Kernel& kernel) : kernel_(kernel) {}
  std::string_view name() const override { return Kernel::kName; }

  std::vector<int> bind_constants(std::span<const Tensor> constants) override {
    if (!constants[1]) return {};
    kernel_.pack(constants[1].data<float>(), packed_.allocate(kernel_.packed_floats()),
                 epilogue_.scale());
    return {1};
  }
  bool fuse_activation(const runtime::Activation& activation) override {
    return epilogue_.fuse(activation);
  }
  bool fuse_affine(const runtime::ChannelAffine& affine,
                   std::span<const Tensor> constants) override {
    const bool can_scale = Kernel::kScalesWeights && constants[1];
    return (affine.scale.empty() || can_scale) && epilogue_.fuse(affine);
  }
  bool fuse_padding(const runtime::ZeroPadding& padding) override {
    return kernel_.take_padding(padding);
  }
  size_t scratch_bytes() const override {
    return scratch_floats((packed_ ? 0 : aligned_floats()) + kernel_.scratch_floats());
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override {
    auto* floats = reinterpret_cast<float*>(scratch);
    const float* weights = nullptr;
    if (packed_) {
      weights = packed_.data();
    } else {
      kernel_.pack(in[1].as<float>(), floats, nullptr);
      weights = floats;
      floats += aligned_floats();
    }
    kernel_.run(in[0].as<float>(), weights, out[0].as<float>(), floats, epilogue_.epilogue());
  }

 private:
  // Rounded up, so that the scratch memory behind the weights stays aligned.
  int64_t aligned_floats() const { return (kernel_.packed_floats() + 15) / 16 * 16; }

  Kernel kernel_;
  FusedEpilogue epilogue_;
  Packed packed_;
};

}  // namespace keras::ops
