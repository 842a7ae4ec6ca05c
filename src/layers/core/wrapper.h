// The base of layers that wrap another layer (keras/src/layers/core/wrapper.py).
#pragma once

#include "layers/layer.h"

namespace keras {

class Wrapper : public Layer {
 public:
  void fields(FieldVisitor& f) override;
  void validate() override;
  bool wraps_errors_of_from_config() const override { return false; }

  const LayerPtr& layer() const { return layer_; }
  std::vector<std::pair<std::string, LayerPtr>> saved_children() const override {
    return {{"layer", layer_}};
  }

 protected:
  void build_layer(const BuildShapes& shapes) override;

 private:
  LayerPtr layer_;
};

}  // namespace keras
