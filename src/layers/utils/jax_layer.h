// What JaxLayer and FlaxLayer share (keras/src/utils/jax_layer.py).
#pragma once

#include "layers/foreign_layer.h"

namespace keras {

// The record of a Python function or object, kept as read.
using PythonRecord = Given<"ObjectRecord | string | null">;

class JaxBasedLayer : public ForeignLayer {
 protected:
  explicit JaxBasedLayer(std::string_view framework) : ForeignLayer(framework) {}

  void platforms_field(FieldVisitor& f) {
    f("native_serialization_platforms", platforms_, "Platforms that TensorFlow exports for.");
  }

 private:
  Given<"readonly string[] | null"> platforms_;
};

}  // namespace keras
