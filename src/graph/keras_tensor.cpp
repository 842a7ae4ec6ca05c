#include "graph/keras_tensor.h"

#include <algorithm>

#include "base/naming.h"
#include "graph/node.h"
#include "serialization/deserialize.h"

namespace keras {
std::string KerasTensorInfo::description() const {
  return std::string(", sparse=") + (sparse ? "True" : "False") + ", ragged=False, name=" + name;
}

Tensor make_keras_tensor(const Shape& shape, DType dtype, std::string name, bool sparse) {
  auto info = std::make_shared<KerasTensorInfo>();
  info->name = name.empty() ? auto_name("keras_tensor") : std::move(name);
  info->sparse = sparse;
  return Tensor::symbolic(shape, dtype, std::move(info));
}

KerasTensorInfo* keras_tensor_info(const Tensor& tensor) {
  SymbolicInfo* info = tensor.symbolic_info();
  return info != nullptr && info->is_keras_tensor_info() ? static_cast<KerasTensorInfo*>(info)
                                                         : nullptr;
}

Nest with_keras_tensors(const Nest& revived) {
  return map_structure(revived, [](const Nest& leaf) -> Nest {
    if (!leaf.is_tensor()) return leaf;
    const Tensor& tensor = leaf.as_tensor();
    const auto* serialized = dynamic_cast<RevivedTensor*>(tensor.symbolic_info());
    if (serialized == nullptr) return leaf;
    return make_keras_tensor(tensor.shape(), tensor.dtype(), serialized->name);
  });
}

Nest without_history(const Nest& nest) {
  if (!any_symbolic(nest)) return nest;
  return map_structure(nest, [](const Nest& leaf) {
    if (!any_symbolic(leaf)) return leaf;
    const Tensor& tensor = leaf.as_tensor();
    const Tensor bare = Tensor::abstract(tensor.shape(), tensor.dtype());
    if (const Tensor mask = tensor.mask()) bare.set_mask(without_history(mask).as_tensor());
    return Nest(bare);
  });
}

bool any_symbolic(const Nest& nest) {
  if (nest.is_tensor()) return is_keras_tensor(nest.as_tensor());
  if (nest.is_sequence()) {
    return std::any_of(nest.items().begin(), nest.items().end(),
                       [](const Nest& item) { return any_symbolic(item); });
  }
  if (nest.is_dict()) {
    const auto& members = nest.as_dict().members;
    return std::any_of(members.begin(), members.end(),
                       [](const Nest::Member& member) { return any_symbolic(member.second); });
  }
  return false;
}

bool any_symbolic(const Nest::Sequence& args, const Nest::Dict& kwargs) {
  return std::any_of(args.begin(), args.end(), [](const Nest& a) { return any_symbolic(a); }) ||
         std::any_of(kwargs.members.begin(), kwargs.members.end(),
                     [](const Nest::Member& m) { return any_symbolic(m.second); });
}

}  // namespace keras
