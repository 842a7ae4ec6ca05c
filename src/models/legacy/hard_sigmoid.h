// hard_sigmoid was clip(0.2 x + 0.5, 0, 1) until Keras 2.15 and is clip(x / 6 + 0.5, 0, 1) since
// Keras 3: the old one of x is the new one of 1.2 x.
#pragma once

#include <string_view>

#include "json/value.h"
#include "models/legacy/notes.h"
#include "models/model.h"

namespace keras {
namespace legacy {

// Makes the record of an `Activation` layer one of layers that compute the old function.
void replace_hard_sigmoid_layer(json::Object& record, Notes& notes);

}  // namespace legacy

// Multiplies the weights in front of each hard_sigmoid of the model by 1.2, for a model whose
// weights come from a file of that version. Does nothing for those of Keras 3.
void rescale_hard_sigmoids(const Model& model, std::string_view keras_version);

}  // namespace keras
