// What happened to each weight of a clone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/dtype.h"
#include "base/shape.h"
#include "json/value.h"

namespace keras {

// A weight or random generator state, as named in reports and errors.
struct WeightInfo {
  std::string layer;        // path below the root model: `encoder/dense`
  std::string layer_class;  // `Dense`
  std::string weight;       // `kernel`
  std::string path;         // `dense/kernel`
  Shape shape;
  DType dtype = DType::kFloat32;
};

// Each weight of the clone is in one list. `skipped` also holds unused weights of the source,
// without a target.
struct WeightReport {
  struct Copied {
    WeightInfo target;
    std::optional<WeightInfo> source;
    bool adapted = false;  // computed by the `adapt` function, possibly without a source
  };
  struct Skipped {
    std::optional<WeightInfo> target;
    std::optional<WeightInfo> source;
    std::string reason;
  };

  std::vector<Copied> copied;
  std::vector<Skipped> skipped;
  std::vector<WeightInfo> fresh;   // of layers without a source
  std::vector<WeightInfo> shared;  // of layers that both models contain
  // Layers of the clone that have no weights until they are first called.
  std::vector<std::string> unbuilt;
};

// `layer 'dense' (Dense)`
std::string describe_layer(const WeightInfo& weight);
json::Value to_json(const WeightReport& report);

}  // namespace keras
