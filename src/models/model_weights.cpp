#include "models/model_weights.h"

#include <cmath>
#include <unordered_map>

#include "base/error.h"
#include "json/repr.h"
#include "kernels/lerp.h"
#include "models/variables_within.h"
#include "tensor/cast.h"

namespace keras {

std::vector<LayerPtr> weight_owners(const LayerPtr& root) {
  std::unordered_map<const Variable*, LayerPtr> owners;
  for (const OwnedVariable& owned : variables_within(root).weights) {
    owners.emplace(owned.variable.get(), owned.owner);
  }
  std::vector<LayerPtr> out;
  for (const auto& variable : root->weights()) {
    const auto found = owners.find(variable.get());
    out.push_back(found == owners.end() ? root : found->second);
  }
  return out;
}

namespace {

template <class T>
Tensor mixed(const Tensor& a, const Tensor& b, double t, DType dtype) {
  const Tensor left = cast_data(a, dtype);
  const Tensor right = cast_data(b, dtype);
  Tensor out = Tensor::allocate(a.shape(), dtype);
  kernels::lerp(left.data<T>(), right.data<T>(), static_cast<T>(t), out.data<T>(), out.size());
  return out;
}

void check_alike(const Layer& target, const Layer::Variables& to, const Layer& source,
                 const Layer::Variables& from) {
  if (to.size() != from.size()) {
    raise_value_error({"Cannot interpolate between models with different numbers of weights: '",
                       target.name(), "' has ", std::to_string(to.size()), ", '", source.name(),
                       "' has ", std::to_string(from.size()), "."});
  }
  for (size_t i = 0; i < to.size(); ++i) {
    if (to[i]->shape() == from[i]->shape()) continue;
    raise_value_error({"Weight '", to[i]->path(), "' of '", target.name(), "' has shape ",
                       repr(to[i]->shape()), ", but weight '", from[i]->path(), "' of '",
                       source.name(), "', at the same index, has shape ", repr(from[i]->shape()),
                       "."});
  }
}

}  // namespace

void lerp_weights(Layer& target, const Layer& source, double t) {
  if (!std::isfinite(t)) raise_value_error({"`t` must be a finite number. Received: t=", repr(t)});
  const Layer::Variables to = target.weights();
  const Layer::Variables from = source.weights();
  check_alike(target, to, source, from);
  if (t == 0) return;
  for (size_t i = 0; i < to.size(); ++i) {
    if (to[i] == from[i]) continue;
    const Tensor& value = from[i]->stored_value();
    const DType dtype = to[i]->dtype();
    if (t == 1 || !is_float(dtype)) {
      to[i]->assign(value);
    } else if (dtype == DType::kFloat64) {
      to[i]->adopt(mixed<double>(to[i]->stored_value(), value, t, DType::kFloat64));
    } else {
      to[i]->adopt(
          cast_data(mixed<float>(to[i]->stored_value(), value, t, DType::kFloat32), dtype));
    }
  }
}

}  // namespace keras
