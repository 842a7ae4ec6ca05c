// What differs between two models: layers, their configs, what they take, and weights.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/model.h"

namespace keras {

// A value of a config. The key is a path (`units`, `kernel_initializer.config.seed`,
// `cells[0].config.units`); a side without the key has nothing. Arguments of calls that are no
// tensors are `calls[0].args[1]`, `calls[0].kwargs.axis`.
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
  std::string weight;  // `kernel`; `forward_lstm/lstm_cell/kernel` inside of a wrapper
  std::optional<Side> from{};
  std::optional<Side> to{};
  // The largest absolute difference of two elements, NaN where only one is a number; nothing when
  // the shapes differ.
  std::optional<double> max_difference{};
};

// What each call of a layer takes, as labels: `[["dense"], ["dense_1", "lstm:2"]]`.
using CallLabels = std::vector<std::vector<std::string>>;

struct LayerChange {
  enum class Kind { kAdded, kRemoved, kChanged };

  Kind kind = Kind::kChanged;
  std::string layer{};       // the path `encoder/dense` in b; in a of a removed layer
  std::string was{};         // the path in a of a renamed layer
  std::string class_name{};  // in b; in a of a removed layer
  std::vector<ValueChange> config{};
  // What the calls take when they are rewired, and of added and removed layers.
  std::optional<CallLabels> from_inputs{};
  std::optional<CallLabels> to_inputs{};
  std::vector<WeightChange> weights{};

  bool empty() const;
};

struct ModelChanges {
  LayerChange model;  // class, name, inputs, outputs, compile_config; weights of the model's own
  std::vector<LayerChange> layers;  // in the order of b; a removed layer stands where it stood in a
  int64_t same_layers = 0;
  int64_t same_weights = 0;

  bool empty() const { return layers.empty() && model.empty(); }
};

// Compares two models of any kind, models inside of them layer by layer. Layers are matched as
// models/diff_match.h says. Models that run code of their own are compared by their layers and
// weights; what they do with them is not known. Without `weights` no value is looked at (weights
// not drawn yet stay so). Linear in layers and weights.
ModelChanges diff_models(const std::shared_ptr<Model>& a, const std::shared_ptr<Model>& b,
                         bool weights = true);

}  // namespace keras
