// The config of a saved model: its record, with objects that appear more than once marked as shared
// (keras/src/saving/saving_lib.py).
#pragma once

#include <string>
#include <string_view>

#include "models/model.h"
#include "serialization/custom_objects.h"

namespace keras {

// The text of `config.json` in a `.keras` file.
std::string saved_config(const Model& model);

struct RevivalOptions {
  const CustomObjects* custom_objects = nullptr;
  bool safe_mode = true;
  bool compile = true;  // false ignores the outermost compile_config
};
// The model that such a text describes, with initial weights. Throws JSONDecodeError, and Keras's
// errors for records that cannot be revived.
ModelPtr model_from_saved_config(std::string_view text, const RevivalOptions& options = {});

// The text of `model_config` in a legacy whole-model `.h5` file, and the model it describes.
std::string legacy_model_config(const Model& model);
ModelPtr model_from_legacy_config(std::string_view text, const RevivalOptions& options = {});

}  // namespace keras
