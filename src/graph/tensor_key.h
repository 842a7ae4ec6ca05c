// Identity of a KerasTensor, as a key of maps and sets.
#pragma once

#include <cstddef>
#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "graph/keras_tensor.h"
#include "tensor/tensor.h"

namespace keras {

// The call that made a tensor, and the index of the output. Outlives the tensor.
struct TensorKey {
  const void* source;
  int index;
  bool operator==(const TensorKey&) const = default;
};
struct TensorKeyHash {
  size_t operator()(const TensorKey& key) const {
    return std::hash<const void*>()(key.source) * 31 + static_cast<size_t>(key.index);
  }
};

inline TensorKey key_of(const Tensor& tensor) {
  const KerasTensorInfo* info = keras_tensor_info(tensor);
  if (info->node) return {info->node.get(), info->tensor_index};
  return {info, 0};  // a KerasTensor without history
}

template <class T>
using TensorMap = std::unordered_map<TensorKey, T, TensorKeyHash>;
using TensorSet = std::unordered_set<TensorKey, TensorKeyHash>;

}  // namespace keras
