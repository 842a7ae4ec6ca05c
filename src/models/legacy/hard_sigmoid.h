// hard_sigmoid was clip(0.2 x + 0.5, 0, 1) up to Keras 2.15 and is clip(x / 6 + 0.5, 0, 1) in Keras
// 3. The old function at x equals the new one at 1.2 x.
#pragma once

#include <string_view>

#include "json/value.h"
#include "models/legacy/notes.h"
#include "models/model.h"

namespace keras {
namespace legacy {

// Replaces the record of an `Activation` layer by layers that compute the old function.
void replace_hard_sigmoid_layer(json::Object& record, Notes& notes);

}  // namespace legacy

// Multiplies the weights that feed each hard_sigmoid by 1.2, if the weights come from a file of an
// older version.
void rescale_hard_sigmoids(const Model& model, std::string_view keras_version);

}  // namespace keras
