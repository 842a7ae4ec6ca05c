// Differences between two models: layers, configs, wiring and weights.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/model.h"

namespace keras {

// A changed config value. The key is a path (`units`, `kernel_initializer.config.seed`,
// `cells[0].config.units`); a side without the key is null. Constant arguments of calls are
// `calls[0].args[1]`, `calls[0].kwargs.axis`.
struct ValueChange {
  std::string key;
  std::optional<json::Value> from{};
  std::optional<json::Value> to{};
};

// A weight whose bits, shape or dtype differ, or that only one side has.
struct WeightChange {
  struct Side {
    Shape shape;
    DType dtype;
  };
  std::string weight;  // `kernel`; `forward_lstm/lstm_cell/kernel` in a wrapper
  std::optional<Side> from{};
  std::optional<Side> to{};
  // The largest absolute difference; NaN where only one side is a number; nothing when
  // the shapes differ.
  std::optional<double> max_difference{};
};

// The inputs of each call of a layer, as labels: `[["dense"], ["dense_1", "lstm:2"]]`.
using CallLabels = std::vector<std::vector<std::string>>;

struct LayerChange {
  enum class Kind { kAdded, kRemoved, kChanged };

  Kind kind = Kind::kChanged;
  std::string layer{};       // path in b: `encoder/dense`; in a for a removed layer
  std::string was{};         // path in a of a renamed layer
  std::string class_name{};  // in b; in a for a removed layer
  std::vector<ValueChange> config{};
  // The inputs of the calls, for rewired, added and removed layers.
  std::optional<CallLabels> from_inputs{};
  std::optional<CallLabels> to_inputs{};
  std::vector<WeightChange> weights{};

  bool empty() const;
};

struct ModelChanges {
  LayerChange model;  // class, name, inputs, outputs, compile_config, and the model's own weights
  std::vector<LayerChange> layers;  // in b's order; a removed layer keeps its position in a
  int64_t same_layers = 0;
  int64_t same_weights = 0;

  bool empty() const { return layers.empty() && model.empty(); }
};

// Compares two models of any kind, including nested models. Layers are matched as described in
// models/diff/diff_match.h. Of subclassed models only layers and weights are compared. Without
// `weights`, no values are read or drawn. Linear in layers and weights.
ModelChanges diff_models(const std::shared_ptr<Model>& a, const std::shared_ptr<Model>& b,
                         bool weights = true);

}  // namespace keras
