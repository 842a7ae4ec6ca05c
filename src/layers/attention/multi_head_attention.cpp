// MultiHeadAttention over sequences, or over grids of any rank
// (keras/src/layers/attention/multi_head_attention.py).
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "json/repr.h"
#include "layers/attention/attention_base.h"

namespace keras {
namespace {

std::string letters(int begin, int end) {
  std::string out;
  for (int i = begin; i < end; ++i) out += static_cast<char>('a' + i);
  return out;
}

class MultiHeadAttention final : public AttentionBase {
 public:
  void fields(FieldVisitor& f) override {
    Operation::fields(f);
    f("trainable", trainable_, "Whether the weights are trainable.");
    f("dtype", dtype_policy_, "Dtype of the computation and the weights, or a dtype policy.");
    f("num_heads", num_heads_, "Number of heads.", Field::kRequired);
    f("key_dim", key_dim_, "Size of each head of query and key.", Field::kRequired);
    f("value_dim", value_dim_, "Size of each head of the value; `key_dim` when null.");
    f("dropout", dropout_, "Fraction of the scores to drop in training.");
    f("use_bias", use_bias_, "Whether the projections have biases.");
    f("use_gate", use_gate_, "Whether a sigmoid of the query scales the outputs of the heads.");
    f("output_shape", output_shape_, "Shape of an output; the query's width when null.");
    f("attention_axes", attention_axes_,
      "Axes to attend over; all but batch and features when null.");
    f("sliding_window", sliding_window_, "Size of the attention window; unlimited when null.");
    // Applies to the projections, not to the layer itself.
    weight_fields(f, projection_activity_regularizer_);
  }

  void validate() override {
    check_positive("num_heads", num_heads_, "expected a positive integer");
    check_positive("key_dim", key_dim_, "expected a positive integer");
    if (value_dim_) {
      check_positive("value_dim", *value_dim_, "expected a positive integer or `None`");
    }
    value_dim_ = value_dim_.value_or(key_dim_);
    AttentionBase::validate();
  }

  std::vector<std::pair<std::string, LayerPtr>> saved_children() const override {
    if (!query_dense_) return {};
    std::vector<std::pair<std::string, LayerPtr>> children{{"key_dense", key_dense_},
                                                           {"output_dense", output_dense_},
                                                           {"query_dense", query_dense_},
                                                           {"value_dense", value_dense_},
                                                           {"_dropout_layer", dropout_layer_}};
    if (gate_dense_) children.emplace_back("_gate_dense", gate_dense_);
    children.emplace_back("_softmax", softmax_);
    return children;
  }

  Tree call(const CallArgs& args) override {
    // Keras replaces the argument `query_mask` by the mask attached to the query.
    const Tensor mask = args.tensor("query").mask();
    // As in Keras, the masks are consumed: later readers of these tensors see none.
    for (const char* name : {"query", "value", "key"}) {
      if (const Tensor tensor = args.tensor(name)) tensor.set_mask({});
    }
    const Tree result = attend_with(args, mask);
    if (mask) flatten_tensors(result).front().set_mask(mask);
    return result;
  }

 protected:
  double scale() const override { return 1.0 / std::sqrt(static_cast<double>(key_dim_)); }

  Shape output_shape(const Shapes& shapes) const override {
    const Shape& query = shapes.query;
    return has_own_output() ? query.slice(0, query.rank() - 1).concat(own_output()) : query;
  }

  Shape promised_scores_shape(const Shapes& shapes) const override {
    return {shapes.query[0], num_heads_, shapes.query[1], shapes.query[1]};
  }

  void build_attention(const Shapes& shapes) override {
    const auto heads = [&](const char* name, const Shape& shape, int64_t depth) {
      return projection(name, shape.rank() - 1, 1, {num_heads_, depth});
    };
    query_dense_ = project(heads("query", shapes.query, key_dim_), shapes.query);
    key_dense_ = project(heads("key", shapes.key, key_dim_), shapes.key);
    if (use_gate_) {
      Projection gate = heads("gate", shapes.query, *value_dim_);
      gate.activation = "sigmoid";
      gate_dense_ = project(gate, shapes.query);
    }
    value_dense_ = project(heads("value", shapes.value, *value_dim_), shapes.value);
    set_attention_axes(shapes.value.rank() + 1);
    const Shape output = has_own_output() ? own_output() : Shape{shapes.query.back()};
    const Shape attended =
        shapes.query.slice(0, shapes.query.rank() - 1).concat({num_heads_, *value_dim_});
    output_dense_ =
        project(projection("attention_output", shapes.query.rank() - 1, 2, output), attended);
  }

  ops::AttentionResult attend(const Inputs& inputs) const override {
    if (inputs.query.rank() == 4) return AttentionBase::attend(inputs);
    const int rank = inputs.query.rank();
    // Keras's einsum equations: heads and axes without attention are batch axes.
    const std::string target = letters(0, rank);
    std::string source = target, batch, queries, keys;
    int next = rank;
    for (int axis = 0; axis < rank - 1; ++axis) {
      const bool attended = is_attended(axis);
      if (attended) source[static_cast<size_t>(axis)] = static_cast<char>('a' + next++);
      if (!attended) batch += target[static_cast<size_t>(axis)];
    }
    std::vector<int64_t> softmax_axes;
    for (const int64_t axis : *attention_axes_) {
      queries += target[static_cast<size_t>(axis)];
      keys += source[static_cast<size_t>(axis)];
      softmax_axes.insert(softmax_axes.begin(), -static_cast<int64_t>(softmax_axes.size()) - 1);
    }
    const std::string product = batch + queries + keys;
    return attend_by_einsum(inputs, source + "," + target + "->" + product,
                            product + "," + source + "->" + target, softmax_axes);
  }

 private:
  static void check_positive(const char* name, int64_t value, const char* expected) {
    if (value > 0) return;
    raise_value_error({"Received an invalid value for argument `", std::string(name), "`, ",
                       expected, ". Received: ", name, "=", std::to_string(value)});
  }

  bool has_own_output() const { return output_shape_ && !output_shape_->empty(); }
  Shape own_output() const {
    return Shape(std::vector<int64_t>(output_shape_->begin(), output_shape_->end()));
  }

  // The equation that keeps the `free` axes and projects the `bound` ones to the axes of `output`.
  static Projection projection(const char* name, int free, int bound, const Shape& output) {
    const std::string kept = letters(0, free);
    const std::string summed = letters(free, free + bound);
    const std::string made = letters(free + bound, free + bound + output.rank());
    Shape shape(std::vector<int64_t>(static_cast<size_t>(std::max(0, free - 1)), kNone));
    return {.name = name,
            .equation = kept + summed + "," + summed + made + "->" + kept + made,
            .output_shape = shape.concat(output),
            .bias_axes = made};
  }

  bool is_attended(int axis) const {
    return std::find(attention_axes_->begin(), attention_axes_->end(), axis) !=
           attention_axes_->end();
  }

  // `rank` is the rank of the projected value.
  void set_attention_axes(int rank) {
    if (!attention_axes_) {
      attention_axes_.emplace();
      for (int axis = 1; axis < rank - 2; ++axis) attention_axes_->push_back(axis);
    }
    for (int64_t& axis : *attention_axes_) axis = axis >= 0 ? axis : rank - 1 + axis;
    // Scores have the axes without attention, the heads, and the attention axes twice.
    const int axes = static_cast<int>(attention_axes_->size());
    std::vector<int64_t> softmax_axes;
    for (int axis = rank - 1; axis < rank - 1 + axes; ++axis) softmax_axes.push_back(axis);
    add_softmax_and_dropout(softmax_axes);
  }

  int64_t num_heads_ = 0;
  int64_t key_dim_ = 0;
  std::optional<int64_t> value_dim_;
  std::optional<Ints> output_shape_;
  std::optional<Ints> attention_axes_;
};

}  // namespace

KERAS_LAYER(MultiHeadAttention)

}  // namespace keras
