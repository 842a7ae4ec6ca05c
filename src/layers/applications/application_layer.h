// States a layer that a model of keras.applications defines for itself. Keras does not export it:
// records hold its private module, and its name as the registered one.
#pragma once

#include "layers/layer.h"

#define KERAS_APPLICATION_LAYER(module_, Name) \
  extern const ClassInfo k##Name##Class;       \
  constinit const ClassInfo k##Name##Class{    \
      .module = module_,                       \
      .class_name = #Name,                     \
      .registered_name = #Name,                \
      .family = Family::kLayer,                \
      .create = +[]() -> std::shared_ptr<Object> { return make_object<Name>(k##Name##Class); }};
