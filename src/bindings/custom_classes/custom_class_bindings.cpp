// Creates the core's half of objects whose classes JavaScript defines.
#include "base/error.h"
#include "base/naming.h"
#include "bindings/callbacks.h"
#include "bindings/codec/codec.h"
#include "bindings/custom_classes/delegating_layer.h"
#include "bindings/custom_classes/js_layer.h"
#include "bindings/guard.h"
#include "models/functional/functional.h"
#include "models/sequential.h"
#include "serialization/registry.h"

namespace keras::bindings {
namespace {

// A model that is defined by its `call`. Its layers are on the properties of the JavaScript object.
class SubclassedModel : public Model {
 public:
  bool states_output_shape() const override { return false; }
  std::vector<LayerPtr> layers() const override { return js_sublayers(*this); }
  Tree call(const CallArgs&) override {
    raise_not_implemented_error({"Model ", std::string(class_info().class_name),
                                 " does not have a `call()` method implemented."});
  }

 protected:
  // As Keras: without its own `build` it runs `call`, outside its name scope.
  void build_from_record(const BuildShapes& shapes) override {
    if (dynamic_cast<const JsObject&>(*this).defines("build")) return build(shapes);
    build_sublayers(*this, [&] { infer(call_args_of(shapes)); });
    build_shapes_ = shapes;
    set_built(true);
  }
};

// A Functional model whose class JavaScript defines. When the constructor makes its own graph, the
// config is a plain layer's, and a clone is a plain Functional, as in Keras.
class GraphModel : public Functional {
 public:
  json::Object get_config() const override {
    return defined().takes_graph ? Functional::get_config() : write_fields(*this);
  }
  std::shared_ptr<Functional> new_from_graph(Tree inputs, Tree outputs,
                                             std::optional<std::string> name) const override {
    if (!defined().takes_graph) return make_functional(inputs, outputs, name);
    Tree::Dict graph{{{"inputs", inputs}, {"outputs", outputs}}};
    graph.set("name", name ? Tree(*name) : Tree());
    const Tree made = js_from_graph(defined().constructor->target(), Tree(graph));
    if (made.is_none()) return make_functional(inputs, outputs, name);
    return std::dynamic_pointer_cast<Functional>(made.as_object());
  }

 private:
  const JsClass& defined() const { return dynamic_cast<const JsObject&>(*this).js_class(); }
};

// A layer whose `call` JavaScript defines.
class PlainLayer : public Layer {
 public:
  bool states_output_shape() const override { return false; }
};

// As the constructor of Layer or Model with these options.
template <class Base>
ObjectHandlePtr create(const JsClass& defined, const json::Object& options) {
  auto object = std::make_unique<JsObjectPart<Base>>(defined);
  object->configure(options);
  return own_js_object(std::move(object));
}

ObjectHandlePtr layer_create(int class_index, const Packed& packed) {
  const json::Value options = unpack_config(packed);
  return create<PlainLayer>(js_class(class_index), options.as_object());
}

ObjectHandlePtr subclassed_model_create(int class_index, const Packed& packed) {
  const json::Value options = unpack_config(packed);
  return create<SubclassedModel>(js_class(class_index), options.as_object());
}

// A layer that extends the built-in class `class_name`.
ObjectHandlePtr extended_layer_create(int class_index, const std::string& class_name,
                                      const Packed& packed) {
  const json::Value parsed = unpack_config(packed);
  const JsClass& defined = js_class(class_index);
  json::Object options = parsed.as_object();
  // The automatic name comes from the JavaScript class.
  const json::Value* name = options.find("name");
  if (name == nullptr || name->is_null()) options.set("name", auto_name(defined.class_name));
  const ClassInfo* info = find_class_in_family(Family::kLayer, class_name);
  if (info == nullptr) raise_internal_error({"There is no layer ", class_name});
  auto inner = std::dynamic_pointer_cast<Layer>(construct(*info, options));
  return own_js_object(
      std::make_unique<JsObjectPart<DelegatingLayer>>(defined, std::move(inner), options));
}

std::optional<std::string> name_of(const Tree::Dict& options) {
  const Tree* name = options.find("name");
  return name->is_none() ? std::nullopt : std::optional(name->as_string());
}

// {inputs, outputs, name, trainable}
ObjectHandlePtr extended_functional_create(int class_index, const Packed& packed) {
  const Tree given = unpack(packed);
  const Tree::Dict& options = given.as_dict();
  const Tree& trainable = *options.find("trainable");
  auto model = std::make_unique<JsObjectPart<GraphModel>>(js_class(class_index));
  model->define(*options.find("inputs"), *options.find("outputs"), name_of(options),
                trainable.is_none() ? std::nullopt : std::optional(trainable.as_bool()));
  return own_js_object(std::move(model));
}

// {layers, name, trainable}. The layers are added through a handle: building needs a shared
// pointer.
ObjectHandlePtr extended_sequential_create(int class_index, const Packed& packed) {
  const Tree given = unpack(packed);
  const Tree::Dict& options = given.as_dict();
  const Tree& trainable = *options.find("trainable");
  auto model = std::make_unique<JsObjectPart<Sequential>>(js_class(class_index));
  const auto name = name_of(options);
  model->configure(
      {{"name", name ? json::Value(*name) : json::Value()}, {"layers", json::Array{}}});
  model->set_trainable_flag(trainable.is_none() || trainable.as_bool());
  return own_js_object(std::move(model));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_custom_classes) {
  using namespace keras::bindings;
  bind<&layer_create>("layerCreate");
  bind<&subclassed_model_create>("subclassedModelCreate");
  bind<&extended_layer_create>("extendedLayerCreate");
  bind<&extended_functional_create>("extendedFunctionalCreate");
  bind<&extended_sequential_create>("extendedSequentialCreate");
}
