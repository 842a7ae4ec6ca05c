#include "ops/numpy/product.h"

#include "base/byte_size.h"
#include "base/function_ref.h"
#include "kernels/gemm_int8.h"
#include "ops/common/epilogue.h"
#include "ops/common/packed.h"
#include "ops/numpy/compact_product.h"

namespace keras::ops {
namespace {

void pack_plain(const float* b, int64_t ldb, int64_t k, int64_t n, float* packed) {
  kernels::pack_b(b, ldb, k, n, packed);
}

class ProductStep final : public Step {
 public:
  explicit ProductStep(Product product)
      : p_(std::move(product.gemm)), columns_last_(product.columns_last) {}
  std::string_view name() const override { return "matmul"; }

  std::vector<int> bind_constants(std::span<const Tensor> constants) override {
    if (!constants[1] || !may_pack()) return {};
    const float* b = constants[1].data<float>();
    const int64_t floats = kernels::packed_b_floats(p_.k, p_.n);
    if (epilogue_.scale() != nullptr) {
      kernels::pack_b(b, p_.ldb, p_.k, p_.n, packed_.allocate(floats), epilogue_.scale());
      return {1};
    }
    packed_.share(constants[1], {p_.k, p_.n, p_.ldb, p_.transpose_b}, floats, [&](float* packed) {
      const auto pack = p_.transpose_b ? kernels::pack_b_transposed : pack_plain;
      pack(b, p_.ldb, p_.k, p_.n, packed);
    });
    return {1};
  }
  bool fuse_activation(const runtime::Activation& activation) override {
    return epilogue_.fuse(activation);
  }
  bool fuse_affine(const runtime::ChannelAffine& affine,
                   std::span<const Tensor> constants) override {
    const bool scales = !affine.scale.empty();
    const bool can_scale = constants[1] && may_pack() && !p_.transpose_b && p_.ldb == p_.n;
    return columns_last_ && (!scales || can_scale) && epilogue_.fuse(affine);
  }
  size_t scratch_bytes() const override {
    if (packed_) return 0;
    return scratch_floats(kernels::batched_gemm_scratch_floats(p_));
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override {
    const float* a = in[0].as<float>();
    float* c = out[0].as<float>();
    if (packed_) {
      kernels::gemm(a, p_.lda, packed_.data(), c, p_.n, p_.m, p_.n, p_.k, epilogue_.epilogue());
    } else {
      kernels::batched_gemm(p_, a, in[1].as<float>(), c, reinterpret_cast<float*>(scratch),
                            epilogue_.epilogue());
    }
  }

 private:
  bool may_pack() const { return p_.batch.rank() == 0 && !p_.transpose_a; }

  kernels::BatchedGemm p_;
  bool columns_last_;
  FusedEpilogue epilogue_;
  Packed packed_;
};

// int8 by int8 with results of 32 bits: what quantized layers compute.
class Int8ProductStep final : public Step {
 public:
  explicit Int8ProductStep(const kernels::BatchedGemm& gemm) : p_(gemm) {}
  static bool fits(const kernels::BatchedGemm& p) { return p.batch.rank() == 0 && !p.transpose_a; }
  std::string_view name() const override { return "matmul"; }

  std::vector<int> bind_constants(std::span<const Tensor> constants) override {
    if (!constants[1]) return {};
    pack(constants[1].data<int8_t>(), packed_.allocate<std::byte>(packed_bytes()));
    return {1};
  }
  size_t scratch_bytes() const override {
    return byte_size(first_bytes() + (packed_ ? 0 : packed_bytes()), 1, scratch_text(*this));
  }
  void run(std::span<const View> in, std::span<const View> out, std::byte* scratch) const override {
    const std::byte* packed = packed_ ? packed_.data<std::byte>() : nullptr;
    if (packed == nullptr) {
      pack(in[1].as<int8_t>(), scratch + first_bytes());
      packed = scratch + first_bytes();
    }
    kernels::gemm_int8(in[0].as<int8_t>(), p_.lda, packed, out[0].as<int32_t>(), p_.m, p_.n, p_.k,
                       scratch);
  }

 private:
  int64_t first_bytes() const { return kernels::gemm_int8_scratch_bytes(p_.m, p_.k); }
  int64_t packed_bytes() const { return kernels::packed_int8_bytes(p_.k, p_.n); }
  void pack(const int8_t* b, std::byte* to) const {
    const kernels::Int8Matrix matrix{b, p_.transpose_b ? 1 : p_.ldb, p_.transpose_b ? p_.ldb : 1};
    kernels::pack_int8(matrix, p_.k, p_.n, to);
  }

  kernels::BatchedGemm p_;
  Packed packed_;
};

// Other integer products are rare, so a plain loop is enough.
template <class T>
void multiply_integers(const kernels::BatchedGemm& p, const T* a, const T* b, T* c) {
  using Wide = std::common_type_t<std::make_unsigned_t<T>, unsigned>;
  kernels::Dims index;
  for (int i = 0; i < p.batch.rank(); ++i) index.push_back(0);
  for (int64_t matrix = 0; matrix < p.batch.count(); ++matrix) {
    int64_t at_a = 0, at_b = 0;
    for (int i = 0; i < p.batch.rank(); ++i) {
      at_a += index[i] * p.a_strides[i];
      at_b += index[i] * p.b_strides[i];
    }
    for (int64_t i = 0; i < p.m; ++i) {
      for (int64_t j = 0; j < p.n; ++j) {
        Wide sum = 0;
        for (int64_t k = 0; k < p.k; ++k) {
          const T left = a[at_a + (p.transpose_a ? k * p.lda + i : i * p.lda + k)];
          const T right = b[at_b + (p.transpose_b ? j * p.ldb + k : k * p.ldb + j)];
          sum += static_cast<Wide>(left) * static_cast<Wide>(right);
        }
        *c++ = static_cast<T>(sum);
      }
    }
    for (int i = p.batch.rank() - 1; i >= 0; --i) {
      if (++index[i] < p.batch[i]) break;
      index[i] = 0;
    }
  }
}

}  // namespace

Tensor emit_product(const Tensor& a, const Tensor& b, const Spec& spec,
                    FunctionRef<Product()> make) {
  if (a.dtype() == DType::kInt8 && spec.dtype == DType::kInt32) {
    const bool is_known = spec.shape.is_fully_defined();
    const Product product = is_known ? make() : Product();
    if (is_known && !Int8ProductStep::fits(product.gemm)) {
      return emit_product(cast(a, spec.dtype), cast(b, spec.dtype), spec, [&] { return product; });
    }
    return emit({a, b}, spec, [&] { return std::make_unique<Int8ProductStep>(product.gemm); });
  }
  if (a.dtype() != b.dtype() && stays_compact(a, b, spec.dtype)) {
    const Product product = make();
    if (product.gemm.batch.rank() > 0 || product.gemm.transpose_a)
      return emit_product(a, cast(b, spec.dtype), spec, [&] { return product; });
    return emit({a, b}, spec, [&] { return compact_product_step(product, b.dtype()); });
  }
  return emit({a, b}, spec, [&]() -> std::unique_ptr<Step> {
    Product product = make();
    if (spec.dtype == DType::kFloat32) return std::make_unique<ProductStep>(std::move(product));
    return function_step("matmul",
                         [p = product.gemm, dtype = spec.dtype](auto in, auto out, auto*) {
                           with_type(dtype, [&]<class T>(T*) {
                             if constexpr (!std::is_same_v<T, float>) {
                               multiply_integers(p, in[0].template as<T>(), in[1].template as<T>(),
                                                 out[0].template as<T>());
                             }
                           });
                         });
  });
}

}  // namespace keras::ops
