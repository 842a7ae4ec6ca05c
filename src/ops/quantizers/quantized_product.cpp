// Products of floats, quantized by rows, with an int8 weight: the Dense and EinsumDense layers of
// an int8 model in one step.
#include "kernels/gemm_int8.h"
#include "ops/common/epilogue.h"
#include "ops/common/packed.h"
#include "ops/common/support.h"
#include "ops/quantizers.h"

namespace keras::ops {
namespace {

class QuantizedProductStep final : public Step {
 public:
  QuantizedProductStep(const kernels::QuantizedProduct& product, bool columns_last)
      : p_(product), columns_last_(columns_last) {}
  std::string_view name() const override { return "quantized_matmul"; }

  std::vector<int> bind_constants(std::span<const Tensor> constants) override {
    if (!constants[1]) return {};
    pack(constants[1].data<int8_t>(), packed_.allocate<std::byte>(packed_bytes()));
    return {1};
  }
  bool fuse_activation(const runtime::Activation& activation) override {
    return epilogue_.fuse(activation);
  }
  // Only biases: a factor would round the scales.
  bool fuse_affine(const runtime::ChannelAffine& affine, std::span<const Tensor>) override {
    return columns_last_ && affine.scale.empty() && !has_bias() && epilogue_.fuse(affine);
  }
  size_t scratch_bytes() const override {
    return byte_size(rows_bytes() + (packed_ ? 0 : packed_bytes()), 1, scratch_text(*this));
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override {
    const std::byte* packed = packed_ ? packed_.data<std::byte>() : nullptr;
    if (packed == nullptr) {
      pack(in[1].as<int8_t>(), scratch + rows_bytes());
      packed = scratch + rows_bytes();
    }
    kernels::gemm_quantized(p_, in[0].as<float>(), packed, in[2].as<float>(), out[0].as<float>(),
                            epilogue_.epilogue(), scratch);
  }

 private:
  bool has_bias() const { return epilogue_.epilogue().bias != nullptr; }
  // Rounded up, so that what follows is aligned.
  int64_t rows_bytes() const {
    return (kernels::gemm_int8_scratch_bytes(p_.m, p_.k) + 15) / 16 * 16;
  }
  int64_t packed_bytes() const { return kernels::packed_int8_bytes(p_.k, p_.n); }
  void pack(const int8_t* weight, std::byte* to) const {
    kernels::pack_int8({weight, p_.n, 1}, p_.k, p_.n, to);
  }

  kernels::QuantizedProduct p_;
  bool columns_last_;
  FusedEpilogue epilogue_;
  Packed packed_;
};

bool is_int8_value(double x) { return x >= -128 && x <= 127 && x == static_cast<int>(x); }

}  // namespace

bool can_multiply_quantized(const Tensor& x, const QuantizerRange& range, const Tensor& weight,
                            int inner) {
  const bool bytes = weight.dtype() == DType::kInt8 && range.dtype == DType::kInt8;
  if (x.dtype() != DType::kFloat32 || !bytes) return false;
  if (!is_int8_value(range.low) || !is_int8_value(range.high)) return false;
  const Shape summed = weight.shape().slice(0, inner);
  return weight.shape().is_fully_defined() && summed.size() > 0 && x.rank() >= inner &&
         x.shape().slice(x.rank() - inner, x.rank()) == summed;
}

Tensor multiply_quantized(const Tensor& x, const QuantizerRange& range, const Tensor& weight,
                          const Tensor& scale, int inner) {
  const int rows = x.rank() - inner;
  const Shape columns = weight.shape().slice(inner, weight.rank());
  const Shape shape = x.shape().slice(0, rows).concat(columns);
  return emit({x, weight, scale}, Spec{shape, DType::kFloat32}, [&] {
    const kernels::QuantizedProduct product{
        .m = count(x.shape(), 0, rows),
        .n = count(columns, 0, columns.rank()),
        .k = count(weight.shape(), 0, inner),
        .range = {static_cast<float>(range.low), static_cast<float>(range.high),
                  static_cast<float>(range.epsilon)}};
    return std::make_unique<QuantizedProductStep>(product, columns.rank() == 1);
  });
}

}  // namespace keras::ops
