#include "models/legacy/normalize.h"

#include <string>

#include "base/error.h"
#include "base/warning.h"
#include "json/members.h"
#include "models/legacy/class_names.h"
#include "models/legacy/hard_sigmoid.h"
#include "models/legacy/inbound_nodes.h"
#include "models/legacy/layer_arguments.h"
#include "models/legacy/legacy.h"
#include "models/legacy/notes.h"
#include "models/legacy/tf_function.h"
#include "models/legacy/training_config.h"
#include "models/legacy/version.h"

namespace keras {
namespace legacy {
namespace {

bool is_graph_config(const json::Object& config) {
  return config.contains("layers") && config.contains("input_layers") &&
         config.contains("output_layers");
}

// Visits the config of every nested Functional model, innermost first.
void for_each_graph(json::Value& value, auto&& visit) {
  if (value.is_array()) {
    for (json::Value& item : value.as_array()) for_each_graph(item, visit);
  } else if (value.is_object()) {
    for (auto& [key, item] : value.as_object()) for_each_graph(item, visit);
    if (is_graph_config(value.as_object())) visit(value.as_object());
  }
}

class Normalizer {
 public:
  void run(json::Value& value) {
    if (value.is_array()) {
      for (json::Value& item : value.as_array()) run(item);
    } else if (value.is_object()) {
      json::Object& object = value.as_object();
      const bool is_record =
          !json::text_member(object, "class_name").empty() && object.contains("config");
      if (is_record) {
        normalize_record(object);
      } else {
        for (auto& [key, item] : object) run(item);
      }
    }
  }

  const Notes& notes() const { return notes_; }

 private:
  void normalize_record(json::Object& record) {
    const std::string old_name = json::text_member(record, "class_name");
    if (old_name == "Sequential") modernize_sequential(record);
    if (!record.find("config")->is_object()) return;
    const json::Value* compile = record.find("compile_config");
    if (compile != nullptr && compile->is_object()) {
      record.set("compile_config", modern_compile_config(*compile, notes_));
    }
    if (is_tf_function(old_name)) {
      note_tf_function(record.find("config")->as_object());
      return;
    }
    if (!normalize_parts(record.find("config")->as_object()) && old_name == "Model") {
      return;  // a model without layers: the current class
    }
    const ClassInfo* info = rename_class(record, notes_);
    if (info == nullptr) return;
    json::Object& config = record.find("config")->as_object();
    const std::string name = json::text_member(config, "name");
    if (name.find('/') != name.npos) {
      config.set("name", without_slashes(name));
      notes_.add_layer("slashes became underscores in the name of", old_name, name);
    }
    at_path(json::text_member(config, "name"),
            [&] { modernize_arguments(*info, old_name, config, notes_); });
    // Calls build the layers; their old build_config has another meaning.
    if (info->family == Family::kLayer) record.erase("build_config");
    if (info->class_name == "Activation") replace_hard_sigmoid_layer(record, notes_);
  }

  // Whether the config is a Functional model's.
  bool normalize_parts(json::Object& config) {
    for (auto& [key, member] : config) run(member);
    if (!is_graph_config(config)) return false;
    modernize_calls(config);
    unwrap_single_ends(config);
    return true;
  }

  void note_tf_function(const json::Object& config) {
    notes_.add("a TensorFlow function became operations:", json::text_member(config, "function"));
  }

  // Until Keras 2.2 the config was the list of layers, the first of which held the input shape.
  static void modernize_sequential(json::Object& record) {
    json::Value& config = *record.find("config");
    if (config.is_array()) {
      json::Value layers = std::move(config);
      config = json::Object{{"name", nullptr}, {"layers", std::move(layers)}};
    }
    json::Value* layers = config.is_object() ? config.as_object().find("layers") : nullptr;
    if (layers == nullptr || !layers->is_array() || layers->as_array().empty()) return;
    const json::Value first = layers->as_array().front();
    const json::Value* first_config = first.find("config");
    if (first_config == nullptr || json::text_member(first, "class_name") == "InputLayer") return;
    const json::Value* shape = first_config->find("batch_input_shape");
    if (shape == nullptr || !shape->is_array()) return;
    json::Object input{{"name", json::text_member(*first_config, "name") + "_input"},
                       {"batch_shape", *shape}};
    const std::string dtype = json::text_member(*first_config, "dtype");
    if (!dtype.empty()) input.set("dtype", dtype);
    layers->as_array().insert(
        layers->as_array().begin(),
        json::Object{{"class_name", "InputLayer"}, {"config", std::move(input)}});
  }

  Notes notes_;
};

}  // namespace
}  // namespace legacy

json::Value normalized_config(json::Value record, std::string_view keras_version) {
  switch (legacy::dialect_of(keras_version)) {
    case legacy::Dialect::kCurrent:
      break;
    case legacy::Dialect::kListedOutputs:
      legacy::for_each_graph(record, legacy::unwrap_single_ends);
      break;
    case legacy::Dialect::kKeras2: {
      record = modern_values(record);
      legacy::Normalizer normalizer;
      normalizer.run(record);
      if (!normalizer.notes().empty()) {
        warn("Read a config of Keras " + std::string(keras_version) + ": " +
             normalizer.notes().text() + ".");
      }
      break;
    }
  }
  return record;
}

}  // namespace keras
