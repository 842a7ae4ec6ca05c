#include "ops/numpy/compact_product.h"

#include <algorithm>

#include "kernels/convert.h"
#include "kernels/gemm_compact.h"
#include "ops/common/epilogue.h"
#include "ops/common/packed.h"
#include "ops/core.h"
#include "ops/quantizers.h"

namespace keras::ops {
namespace {

using kernels::Compact;

class CompactProductStep final : public Step {
 public:
  CompactProductStep(const Product& product, DType weight)
      : gemm_(product.gemm), columns_last_(product.columns_last), weight_(weight) {}
  std::string_view name() const override { return "matmul"; }

  // emit() is only called with constant weights.
  std::vector<int> bind_constants(std::span<const Tensor> constants) override {
    const Tensor& weight = constants[1];
    format_ = format_of(weight);
    if (format_) {
      pack_compact(
          *format_, matrix(weight), gemm_.k, gemm_.n,
          packed_.allocate<std::byte>(kernels::packed_compact_bytes(*format_, gemm_.k, gemm_.n)));
    } else {
      pack_floats(weight);
    }
    if (constants.size() == 2) return {1};
    scales_ = padded(constants[2]);
    zeros_ = padded(constants[3]);
    const int32_t* groups = constants[4].data<int32_t>();
    groups_.assign(groups, groups + gemm_.k);
    return {1, 2, 3, 4};
  }
  bool fuse_activation(const runtime::Activation& activation) override {
    return epilogue_.fuse(activation);
  }
  bool fuse_affine(const runtime::ChannelAffine& affine, std::span<const Tensor>) override {
    return columns_last_ && affine.scale.empty() && epilogue_.fuse(affine);
  }
  size_t scratch_bytes() const override {
    return format_ ? scratch_floats(kernels::gemm_compact_scratch_floats(product())) : 0;
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override {
    const auto* a = in[0].as<float>();
    auto* c = out[0].as<float>();
    if (!format_) {
      kernels::gemm(a, gemm_.lda, packed_.data(), c, gemm_.n, gemm_.m, gemm_.n, gemm_.k,
                    epilogue_.epilogue());
      return;
    }
    kernels::CompactGroups groups;
    if (!groups_.empty()) groups = {groups_.data(), scales_.data(), zeros_.data()};
    kernels::gemm_compact(product(), a, packed_.data<std::byte>(), groups, c,
                          reinterpret_cast<float*>(scratch), epilogue_.epilogue());
  }

 private:
  kernels::CompactProduct product() const {
    return {*format_, gemm_.m, gemm_.n, gemm_.k, gemm_.lda};
  }
  kernels::CompactMatrix matrix(const Tensor& weight) const {
    const bool transposed = gemm_.transpose_b;
    return {weight.raw_data(), transposed ? 1 : gemm_.ldb, transposed ? gemm_.ldb : 1};
  }

  // Nothing for large or infinite halves, which gemm_compact() does not know.
  std::optional<Compact> format_of(const Tensor& weight) const {
    if (weight_ == DType::kBFloat16) return Compact::kBFloat16;
    if (weight_ == DType::kFloat16) {
      constexpr uint16_t kMagnitude = 0x7FFF, k128 = 0x5800;
      const std::span values(weight.data<uint16_t>(), static_cast<size_t>(weight.size()));
      const bool small =
          std::ranges::all_of(values, [](uint16_t bits) { return (bits & kMagnitude) < k128; });
      return small ? std::optional(Compact::kFloat16) : std::nullopt;
    }
    const std::span values(weight.data<int8_t>(), static_cast<size_t>(weight.size()));
    const bool small =
        std::ranges::all_of(values, [](int8_t value) { return value >= -8 && value <= 7; });
    return small ? Compact::kInt4 : Compact::kInt8;
  }
  void pack_floats(const Tensor& weight) {
    const Tensor floats = cast(weight, DType::kFloat32);
    float* packed = packed_.allocate(kernels::packed_b_floats(gemm_.k, gemm_.n));
    if (gemm_.transpose_b) {
      kernels::pack_b_transposed(floats.data<float>(), gemm_.ldb, gemm_.k, gemm_.n, packed);
    } else {
      kernels::pack_b(floats.data<float>(), gemm_.ldb, gemm_.k, gemm_.n, packed);
    }
  }
  std::vector<float> padded(const Tensor& groups) const {
    const int64_t count = groups.shape()[0], stride = kernels::compact_group_stride(gemm_.n);
    std::vector<float> out(static_cast<size_t>(checked_product(count, stride)));
    for (int64_t i = 0; i < count; ++i)
      std::copy_n(groups.data<float>() + i * gemm_.n, gemm_.n, out.data() + i * stride);
    return out;
  }

  kernels::BatchedGemm gemm_;
  bool columns_last_;
  DType weight_;
  std::optional<Compact> format_;
  FusedEpilogue epilogue_;
  Packed packed_;
  std::vector<float> scales_, zeros_;
  std::vector<int32_t> groups_;
};

// Whether every row has an existing group: files can say anything.
bool are_groups(const Tensor& groups, int64_t count) {
  const std::span values(groups.data<int32_t>(), static_cast<size_t>(groups.size()));
  return std::ranges::all_of(values, [&](int32_t group) { return group >= 0 && group < count; });
}

}  // namespace

bool stays_compact(const Tensor& x, const Tensor& weight, DType compute) {
  const DType dtype = weight.dtype();
  const bool narrow =
      dtype == DType::kFloat16 || dtype == DType::kBFloat16 || dtype == DType::kInt8;
  return narrow && compute == DType::kFloat32 && x.is_slot() && weight.has_data() &&
         weight.rank() >= 2 && weight.size() > 0;
}

std::unique_ptr<Step> compact_product_step(const Product& product, DType weight) {
  return std::make_unique<CompactProductStep>(product, weight);
}

bool can_multiply_grouped(const Tensor& x, const GroupedWeight& weight, int inner) {
  const Tensor& values = weight.integers;
  for (const Tensor& part : {values, weight.scale, weight.zero, weight.groups})
    if (!part.has_data()) return false;
  if (!x.is_slot() || x.dtype() != DType::kFloat32 || values.dtype() != DType::kInt8) return false;
  const Shape scales{weight.scale.shape()[0], values.shape()[1]};
  if (weight.scale.dtype() != DType::kFloat32 || weight.zero.dtype() != DType::kFloat32)
    return false;
  const bool shapes = values.rank() == 2 && weight.scale.shape() == scales &&
                      weight.zero.shape() == scales && weight.groups.size() == values.shape()[0];
  return shapes && values.size() > 0 && x.rank() >= inner &&
         count(x.shape(), x.rank() - inner, x.rank()) == values.shape()[0] &&
         are_groups(weight.groups, scales[0]);
}

Tensor multiply_grouped(const Tensor& x, const GroupedWeight& weight, int inner,
                        const Shape& columns) {
  const int rows = x.rank() - inner;
  const Shape shape = x.shape().slice(0, rows).concat(columns);
  return emit({x, weight.integers, weight.scale, weight.zero, weight.groups},
              Spec{shape, DType::kFloat32}, [&] {
                Product product{.gemm = {}, .shape = shape, .columns_last = columns.rank() == 1};
                product.gemm.m = count(x.shape(), 0, rows);
                product.gemm.k = product.gemm.lda = weight.integers.shape()[0];
                product.gemm.n = product.gemm.ldb = weight.integers.shape()[1];
                return compact_product_step(product, DType::kInt8);
              });
}

}  // namespace keras::ops
