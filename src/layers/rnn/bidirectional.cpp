// Bidirectional: runs a recurrent layer in both directions (keras/src/layers/rnn/bidirectional.py).
#include "base/byte_size.h"
#include "base/error.h"
#include "layers/delegate.h"
#include "layers/rnn/rnn.h"
#include "ops/ops.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

class Bidirectional final : public Layer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("merge_mode", merge_mode_,
      "How to combine both outputs: `sum`, `mul`, `ave` or `concat`; null returns both.");
    f("layer", forward_, "The forward layer.", Field::kRequired);
    f("backward_layer", backward_,
      "The backward layer; a reversed copy of the forward layer when null.");
    f("weights", weights_, "Ignored.", Field::kReadOnly);
  }

  void validate() override {
    if (!forward_) {
      raise_value_error(
          {"Please initialize `Bidirectional` layer with a `keras.layers.Layer` instance. "
           "Received: "
           "None"});
    }
    if (merge_mode_ && *merge_mode_ != "sum" && *merge_mode_ != "mul" && *merge_mode_ != "ave" &&
        *merge_mode_ != "concat") {
      raise_value_error({"Invalid merge mode. Received: ", *merge_mode_,
                         ". Merge mode should be one of {\"sum\", \"mul\", \"ave\", \"concat\", "
                         "None}"});
    }
    // Both directions are new layers, made from the config of the given one.
    const LayerPtr given = forward_;
    forward_ = recreated(*given, "forward_", false);
    if (!backward_) backward_ = recreated(*given, "backward_", true);
    check_pair();
    for (RNN* rnn : {&forward(), &backward()}) {
      rnn->set_zero_output_for_mask(rnn->return_sequences());
    }
    set_input_specs(given->input_specs());
    track(forward_);
    track(backward_);
  }

  bool wraps_errors_of_from_config() const override { return false; }
  bool supports_masking() const override { return true; }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("sequences, initial_state=None, mask=None, training=None");
    return signature;
  }

  std::vector<std::string> build_arguments() const override {
    return {"sequences_shape", "initial_state_shape"};
  }

  std::vector<std::pair<std::string, LayerPtr>> saved_children() const override {
    return {{"backward_layer", backward_}, {"forward_layer", forward_}};
  }

  Tree call(const CallArgs& args) override {
    Tree::Dict kwargs{{{"training", args.get("training")}, {"mask", args.get("mask")}}};
    Tree forward_state, backward_state;
    if (const Tree& state = args.get("initial_state"); !state.is_none()) {
      const Tree::Sequence& states = state.items();
      const auto half = states.begin() + static_cast<std::ptrdiff_t>(states.size() / 2);
      forward_state = Tree::list({states.begin(), half});
      backward_state = Tree::list({half, states.end()});
    }
    kwargs.set("initial_state", forward_state);
    Tree y = forward_->apply({args.first()}, kwargs);
    kwargs.set("initial_state", backward_state);
    Tree y_back = backward_->apply({args.first()}, kwargs);

    Tree::Sequence states;
    if (forward().return_state()) {
      for (Tree* result : {&y, &y_back}) {
        const Tree::Sequence items = result->items();
        states.insert(states.end(), items.begin() + 1, items.end());
        *result = items.front();
      }
    }
    Tree::Sequence outputs = merge(y.as_tensor(), y_back.as_tensor());
    if (outputs.size() == 1 && !forward().return_state()) return outputs.front();
    outputs.insert(outputs.end(), states.begin(), states.end());
    return Tree::tuple(std::move(outputs));
  }

  Tree compute_output_spec(const CallArgs& args) override {
    const ShapeTree shapes = compute_output_shape(build_shapes_of(args));
    Tree tree = map_shapes(shapes, [&](const Shape& shape) {
      return Tree(make_keras_tensor(shape, compute_dtype()));
    });
    return tree.is_list() ? Tree::tuple(tree.items()) : tree;
  }

  ShapeTree compute_output_shape(const BuildShapes& shapes) override {
    const ShapeTree one_way =
        forward_->compute_output_shape({{{"sequences_shape", shapes.first()}}});
    ShapeTree::List states;
    Shape output;
    if (one_way.is_list()) {
      output = one_way.list().front().shape();
      states.assign(one_way.list().begin() + 1, one_way.list().end());
    } else {
      output = one_way.shape();
    }
    if (merge_mode_ == "concat" && output.back() != kNone) {
      output = output.with_last(checked_product(output.back(), 2));
    }
    ShapeTree::List all{output};
    if (!merge_mode_) all.push_back(output);
    for (int direction = 0; direction < 2; ++direction) {
      all.insert(all.end(), states.begin(), states.end());
    }
    return all.size() == 1 ? all.front() : ShapeTree(all);
  }

  Tree compute_mask(const Tree&, const Tree& previous_mask) override {
    if (!forward().return_sequences()) return {};
    const std::vector<Tree> masks = flatten(previous_mask);
    const Tree mask = masks.empty() ? Tree() : masks.front();
    return merge_mode_ ? mask : Tree::tuple({mask, mask});
  }

 protected:
  void build_layer(const BuildShapes& shapes) override {
    for (const LayerPtr& layer : {forward_, backward_}) {
      if (!layer->built()) layer->build(shapes.first());
    }
  }

 private:
  RNN& forward() const { return *layer_as<RNN>(forward_.get()); }
  RNN& backward() const { return *layer_as<RNN>(backward_.get()); }

  static LayerPtr recreated(const Layer& layer, std::string_view prefix, bool go_backwards) {
    json::Value record = serialize_keras_object(layer);
    json::Object& config = record.as_object().find("config")->as_object();
    std::string_view name = layer.name();
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    if (go_backwards) config.set("go_backwards", true);
    config.set("name", std::string(prefix) + std::string(name));
    return std::dynamic_pointer_cast<Layer>(deserialize_object(record));
  }

  void check_pair() const {
    for (const LayerPtr& layer : {forward_, backward_}) {
      if (layer_as<RNN>(layer.get()) == nullptr) {
        raise_attribute_error({"'", std::string(layer->class_info().class_name),
                               "' object has no attribute 'go_backwards'"});
      }
    }
    const auto text = [](bool value) { return std::string(value ? "True" : "False"); };
    if (forward().go_backwards() == backward().go_backwards()) {
      raise_value_error(
          {"Forward layer and backward layer should have different `go_backwards` value. Received: "
           "forward_layer.go_backwards ",
           text(forward().go_backwards()),
           ", backward_layer.go_backwards=", text(backward().go_backwards())});
    }
    const auto check = [&](const char* attribute, bool forwards, bool backwards) {
      if (forwards == backwards) return;
      raise_value_error(
          {"Forward layer and backward layer are expected to have the same value for attribute \"",
           std::string(attribute), "\", got \"", text(forwards), "\" for forward layer and \"",
           text(backwards), "\" for backward layer"});
    };
    check("stateful", forward().stateful(), backward().stateful());
    check("return_sequences", forward().return_sequences(), backward().return_sequences());
    check("return_state", forward().return_state(), backward().return_state());
  }

  Tree::Sequence merge(Tensor y, Tensor y_back) const {
    y = ops::cast(y, compute_dtype());
    y_back = ops::cast(y_back, compute_dtype());
    if (forward().return_sequences()) y_back = ops::flip(y_back, 1);
    if (!merge_mode_) return {y, y_back};
    if (merge_mode_ == "concat") return {ops::concatenate({y, y_back}, -1)};
    if (merge_mode_ == "mul") return {ops::multiply(y, y_back)};
    const Tensor sum = ops::add(y, y_back);
    if (merge_mode_ == "sum") return {sum};
    return {ops::divide(sum, 2)};
  }

  std::optional<std::string> merge_mode_ = "concat";
  LayerPtr forward_, backward_;  // as given, until validate() recreates them
  json::Value weights_;
};

}  // namespace

KERAS_LAYER(Bidirectional)

}  // namespace keras
