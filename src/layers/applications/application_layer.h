// Registers a layer that keras.applications defines for its own models. Keras does not export
// these: records hold the private module, and the class name as registered_name.
#pragma once

#include "layers/layer.h"

#define KERAS_APPLICATION_LAYER(module_, Name)                       \
  extern const ClassInfo k##Name##Class;                             \
  constinit const ClassInfo k##Name##Class{.module = module_,        \
                                           .class_name = #Name,      \
                                           .registered_name = #Name, \
                                           .family = Family::kLayer, \
                                           .create = &create_new<Name, k##Name##Class>};
