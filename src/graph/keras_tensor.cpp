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

Tree with_keras_tensors(const Tree& revived) {
  return map_structure(revived, [](const Tree& leaf) -> Tree {
    if (!leaf.is_tensor()) return leaf;
    const Tensor& tensor = leaf.as_tensor();
    const auto* serialized = dynamic_cast<RevivedTensor*>(tensor.symbolic_info());
    if (serialized == nullptr) return leaf;
    return make_keras_tensor(tensor.shape(), tensor.dtype(), serialized->name);
  });
}

Tree without_history(const Tree& tree) {
  if (!any_symbolic(tree)) return tree;
  return map_structure(tree, [](const Tree& leaf) {
    if (!any_symbolic(leaf)) return leaf;
    const Tensor& tensor = leaf.as_tensor();
    const Tensor bare = Tensor::abstract(tensor.shape(), tensor.dtype());
    if (const Tensor mask = tensor.mask()) bare.set_mask(without_history(mask).as_tensor());
    return Tree(bare);
  });
}

bool any_symbolic(const Tree& tree) {
  if (tree.is_tensor()) return is_keras_tensor(tree.as_tensor());
  if (tree.is_sequence()) {
    return std::any_of(tree.items().begin(), tree.items().end(),
                       [](const Tree& item) { return any_symbolic(item); });
  }
  if (tree.is_dict()) {
    const auto& members = tree.as_dict().members;
    return std::any_of(members.begin(), members.end(),
                       [](const Tree::Member& member) { return any_symbolic(member.second); });
  }
  return false;
}

bool any_symbolic(const Tree::Sequence& args, const Tree::Dict& kwargs) {
  return std::any_of(args.begin(), args.end(), [](const Tree& a) { return any_symbolic(a); }) ||
         std::any_of(kwargs.members.begin(), kwargs.members.end(),
                     [](const Tree::Member& m) { return any_symbolic(m.second); });
}

}  // namespace keras
