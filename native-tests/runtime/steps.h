// Small steps for tests of plans.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/emit.h"

namespace keras::testing {

// y = a + b element by element, of equal shapes.
class AddStep final : public runtime::Step {
 public:
  AddStep(int64_t n, bool in_place) : n_(n), in_place_(in_place) {}
  std::string_view name() const override { return "add"; }
  bool runs_in_place(int) const override { return in_place_; }
  void run(std::span<const runtime::View> in, std::span<const runtime::View> out,
           std::byte*) const override {
    for (int64_t i = 0; i < n_; ++i) {
      out[0].as<float>()[i] = in[0].as<float>()[i] + in[1].as<float>()[i];
    }
  }

 private:
  int64_t n_;
  bool in_place_;
};

inline Tensor add(const Tensor& a, const Tensor& b, bool in_place = true) {
  return runtime::emit({a, b}, {a.shape(), DType::kFloat32},
                       [&] { return std::make_unique<AddStep>(a.size(), in_place); });
}

inline Tensor vector(std::vector<float> values) {
  const auto n = static_cast<int64_t>(values.size());
  return Tensor::from(std::span<const float>(values), Shape{n});
}

inline std::vector<float> values(const Tensor& tensor) {
  return {tensor.data<float>(), tensor.data<float>() + tensor.size()};
}

}  // namespace keras::testing
