// What became of the weights of a clone, as data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/dtype.h"
#include "base/shape.h"
#include "json/value.h"

namespace keras {

// A weight, or the state of a random number generator, as reports and errors name it.
struct WeightInfo {
  std::string layer;        // below the outermost model, from outside in: `encoder/dense`
  std::string layer_class;  // `Dense`
  std::string weight;       // `kernel`
  std::string path;         // `dense/kernel`
  Shape shape;
  DType dtype = DType::kFloat32;
};

// Each weight of the clone is in one of the lists. `skipped` also holds weights of the source that
// nothing in the clone takes: those have no target.
struct WeightReport {
  struct Copied {
    WeightInfo target;
    std::optional<WeightInfo> source;
    bool adapted =
        false;  // by the function for weights that do not fit, which may make one of nothing
  };
  struct Skipped {
    std::optional<WeightInfo> target;
    std::optional<WeightInfo> source;
    std::string reason;
  };

  std::vector<Copied> copied;
  std::vector<Skipped> skipped;
  std::vector<WeightInfo> fresh;   // of layers that stand for nothing
  std::vector<WeightInfo> shared;  // of layers that both models hold
  // Layers of the clone that have no weights before they are first called.
  std::vector<std::string> unbuilt;
};

// `layer 'dense' (Dense)`
std::string describe_layer(const WeightInfo& weight);
json::Value to_json(const WeightReport& report);

}  // namespace keras
