#include "models/cloning/weight_report.h"

#include "serialization/fields.h"

namespace keras {
namespace {

json::Value to_json(const WeightInfo& weight) {
  return json::Object{{"layer", weight.layer},
                      {"layerClass", weight.layer_class},
                      {"weight", weight.weight},
                      {"path", weight.path},
                      {"shape", FieldTraits<Shape>::write(weight.shape)},
                      {"dtype", dtype_name(weight.dtype)}};
}

json::Value to_json(const std::optional<WeightInfo>& weight) {
  return weight ? to_json(*weight) : json::Value();
}

json::Array to_json(const std::vector<WeightInfo>& weights) {
  json::Array out;
  for (const WeightInfo& weight : weights) out.push_back(to_json(weight));
  return out;
}

}  // namespace

std::string describe_layer(const WeightInfo& weight) {
  return "layer '" + weight.layer + "' (" + weight.layer_class + ")";
}

json::Value to_json(const WeightReport& report) {
  json::Array copied;
  for (const auto& entry : report.copied) {
    copied.push_back(json::Object{{"target", to_json(entry.target)},
                                  {"source", to_json(entry.source)},
                                  {"adapted", entry.adapted}});
  }
  json::Array skipped;
  for (const auto& entry : report.skipped) {
    skipped.push_back(json::Object{{"target", to_json(entry.target)},
                                   {"source", to_json(entry.source)},
                                   {"reason", entry.reason}});
  }
  return json::Object{{"copied", std::move(copied)},
                      {"skipped", std::move(skipped)},
                      {"fresh", to_json(report.fresh)},
                      {"shared", to_json(report.shared)},
                      {"unbuilt", json::Array(report.unbuilt.begin(), report.unbuilt.end())}};
}

}  // namespace keras
