#include "layers/layer.h"

#include <algorithm>

#include "base/error.h"
#include "base/naming.h"
#include "base/nesting.h"
#include "json/repr.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"

namespace keras {

void Layer::fields(FieldVisitor& f) {
  Operation::fields(f);
  f("trainable", trainable_, "Whether the weights are trainable.");
  f("dtype", dtype_policy_, "Dtype of the computation and the weights, or a dtype policy.");
  f("activity_regularizer", activity_regularizer_, "Regularizer of the output.", Field::kOmitNull);
}

namespace {

struct PolicyAsDType {
  DTypePolicyPtr policy;
};

}  // namespace

template <>
struct FieldTraits<PolicyAsDType> {
  static PolicyAsDType read(const json::Value& value) { return {get_dtype_policy(value)}; }
  static json::Value write(const PolicyAsDType& dtype) {
    return dtype.policy ? json::Value(dtype_name(dtype.policy->variable_dtype())) : json::Value();
  }
  static constexpr std::string_view kTypeScript = "DTypePolicyIdentifier";
};

void Layer::visit_plain_dtype(FieldVisitor& f) {
  PolicyAsDType dtype{dtype_policy_};
  f("dtype", dtype, "Dtype of the computation and the weights, or a dtype policy.");
  dtype_policy_ = dtype.policy;
}

void Layer::configure(const json::Object& config) {
  dtype_policy_ = get_dtype_policy(nullptr);
  const json::Value* trainable = config.find("trainable");
  if (trainable != nullptr && !trainable->is_bool()) {
    raise_value_error(
        {"Expected `trainable` to be a boolean. Received: trainable=", repr(*trainable),
         " (of type <class '", std::string(python_type_name(*trainable)), "'>)"});
  }
  std::optional<json::Object> own;  // without legacy arguments, if there were any
  for (const auto& [key, value] : config) {
    if (!is_legacy_argument(key)) continue;
    if (!own) own = config;
    if (key == "input_dim" && !value.is_null()) input_shape_argument_ = Shape{value.as_int()};
    if (key == "input_shape" && !value.is_null() && !input_shape_argument_) {
      input_shape_argument_ = at_path(key, [&] { return FieldTraits<Shape>::read(value); });
    }
    if (key == "autocast") autocast_ = value.truthy();
    own->erase(key);
  }
  Operation::configure(own ? *own : config);
}

bool Layer::is_legacy_argument(std::string_view key) const {
  return key == "input_shape" || key == "input_dim" || key == "autocast";
}

std::string Layer::python_repr() const {
  return "<" + std::string(class_info().python_name()) + " name=" + name() +
         (built() ? ", built=True>" : ", built=False>");
}

std::string Layer::unknown_argument_message(const json::Object& unknown) const {
  return "Unrecognized keyword arguments passed to " + std::string(class_info().class_name) + ": " +
         repr(json::Value(unknown));
}

json::Value Layer::build_config() const {
  if (!build_shapes_) return nullptr;
  if (build_shapes_->items.size() == 1) {
    return json::Object{{"input_shape", to_json(build_shapes_->first())}};
  }
  json::Object shapes;
  for (const auto& [name, tree] : build_shapes_->items) shapes.set(name, to_json(tree));
  return json::Object{{"shapes_dict", std::move(shapes)}};
}

void Layer::extend_record(json::Object& record) const {
  json::Value config = build_config();
  if (!config.is_null()) record.set("build_config", std::move(config));
}

void Layer::apply_build_config(const json::Value& build_config) {
  if (built_) return;
  if (const json::Value* shape = build_config.find("input_shape")) {
    build_from_record({{{"input_shape", shape_tree_from_json(*shape)}}});
  } else if (const json::Value* shapes = build_config.find("shapes_dict")) {
    BuildShapes arguments;
    const json::Object& given = shapes->as_object();
    const std::vector<std::string> names = build_arguments();
    const bool named =
        !names.empty() &&
        std::all_of(names.begin(), names.end(), [&](const auto& n) { return given.contains(n); });
    if (named) {
      for (const std::string& name : names) {
        arguments.items.emplace_back(name, shape_tree_from_json(given.at(name)));
      }
    } else {
      for (const auto& [name, tree] : given) {
        arguments.items.emplace_back(name, shape_tree_from_json(tree));
      }
    }
    build_from_record(arguments);
  }
}

void Layer::build(const BuildShapes& shapes) {
  {
    const NameScope scope(name());
    path_ = current_path();
    in_build_scope_ = true;
    try {
      build_layer(shapes);
    } catch (...) {
      in_build_scope_ = false;
      throw;
    }
    in_build_scope_ = false;
  }
  for (const auto& variable : own_weights()) variable->mark_initial();
  build_shapes_ = shapes;
  built_ = true;
}

void Layer::build_layer(const BuildShapes& shapes) {
  // Layers that ignore the input shape may be built with any tree of shapes.
  build_one(shapes.first().is_shape() ? shapes.first().shape() : Shape());
}

void Layer::build_one(const Shape&) {}

std::shared_ptr<Variable> Layer::add_weight(const std::string& name, const Shape& shape,
                                            const InitializerPtr& initializer,
                                            WeightOptions options) {
  const DType dtype = options.dtype.value_or(variable_dtype());
  const InitializerPtr draw =
      initializer ? initializer : get_initializer(is_float(dtype) ? "glorot_uniform" : "zeros");
  const std::string variable_name = name.empty() ? auto_name("variable") : name;
  std::optional<NameScope> scope;
  if (!in_build_scope_) scope.emplace(this->name());
  auto variable = std::make_shared<Variable>(
      variable_name, current_path() + "/" + variable_name, shape, dtype, options.trainable,
      [draw](const Shape& s, DType d) { return (*draw)(s, d); });
  variable->regularizer = options.regularizer;
  variable->constraint = options.constraint;
  (options.trainable ? trainable_variables_ : non_trainable_variables_).push_back(variable);
  // A frozen layer's trainable weights stay in the trainable list.
  if (!trainable_) variable->set_trainable(false);
  return variable;
}

void Layer::track(const LayerPtr& layer) {
  for (const LayerPtr& known : sublayers_) {
    if (known == layer) return;
  }
  count_levels(*layer);
  sublayers_.push_back(layer);
}

void Layer::count_levels(const Layer& inner) {
  if (inner.nesting_ < nesting_) return;
  check_nesting(inner.nesting_ + 1, "layer '" + name() + "'");
  nesting_ = inner.nesting_ + 1;
}

void Layer::track(const std::shared_ptr<SeedGenerator>& generator) {
  if (generator) seed_generators_.push_back(generator);
}

void Layer::set_trainable(bool trainable) {
  trainable_ = trainable;
  for (const auto& variable : trainable_variables_) variable->set_trainable(trainable);
  for (const LayerPtr& layer : sublayers()) layer->set_trainable(trainable);
}

LayerPtr FieldTraits<LayerPtr>::read(const json::Value& value) {
  if (value.is_null()) return nullptr;
  auto layer = std::dynamic_pointer_cast<Layer>(deserialize_object(value));
  if (!layer) raise_value_error({"Expected a layer. Received: ", repr(value)});
  return layer;
}

json::Value FieldTraits<LayerPtr>::write(const LayerPtr& layer) {
  return layer ? serialize_keras_object(*layer) : json::Value();
}

}  // namespace keras
