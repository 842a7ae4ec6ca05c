#include "models/summary/summary.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unordered_set>

#include "base/error.h"
#include "base/lists.h"
#include "base/regex.h"
#include "json/repr.h"
#include "models/functional/functional.h"
#include "models/sequential.h"
#include "models/summary/optimizer_size.h"
#include "models/summary/text_table.h"

namespace keras {
namespace {

using Operations = std::vector<std::shared_ptr<Operation>>;

std::string with_commas(int64_t value) {
  std::string digits = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return digits;
}

std::string readable_memory_size(double bytes) {
  constexpr const char* kUnits[] = {"B", "KB", "MB", "GB", "TB", "PB"};
  size_t unit = 0;
  while (unit < 5 && bytes / 1024 >= 1) {
    bytes /= 1024;
    ++unit;
  }
  char text[64];
  std::snprintf(text, sizeof text, "%.2f %s", bytes, kUnits[unit]);
  return text;
}

// Keras omits Python's comma after a single dimension.
std::string shape_text(const Shape& shape) {
  std::string out;
  for (int64_t dim : shape) {
    append_item(out, dim == kNone ? std::string("None") : std::to_string(dim));
  }
  return "(" + out + ")";
}

std::string shapes_text(const std::vector<Shape>& shapes, bool in_tuple = false) {
  if (shapes.size() == 1) return shape_text(shapes.front());
  std::string out;
  for (const Shape& shape : shapes) append_item(out, shape_text(shape));
  return in_tuple ? "(" + out + ")" : "[" + out + "]";
}

class Summary {
 public:
  Summary(Model& model, const SummaryOptions& options)
      : model_(model), options_(options), graph_(graph_of(model)) {
    sequential_like_ = graph_ == nullptr || is_chain();
  }

  std::string text() {
    std::vector<TableColumn> columns = table_columns();
    for (const auto& operation : selected()) add_rows(*operation, 0);
    std::string out =
        "Model: \"" + model_.name() + "\"\n" + text_table(columns, rows_, line_length_);
    return out + footer();
  }

 private:
  static const Graph* graph_of(const Model& model) {
    const auto* functional = dynamic_cast<const Functional*>(&model);
    return functional == nullptr ? nullptr : &functional->graph();
  }

  // Whether every depth has one call with at most one input, and every layer is called once.
  bool is_chain() const {
    std::unordered_set<const Operation*> called;
    for (const auto& nodes : graph_->nodes_by_depth()) {
      if (nodes.size() > 1) return false;
      for (const Node* node : nodes) {
        if (node->input_tensors().size() > 1) return false;
        const bool is_layer = dynamic_cast<const Layer*>(node->operation()) != nullptr;
        if (is_layer && !called.insert(node->operation()).second) return false;
      }
    }
    return true;
  }

  std::vector<TableColumn> table_columns() {
    std::vector<double> positions = options_.positions;
    std::vector<TableColumn> columns = {{"Layer (type)", 0, Justify::kLeft},
                                        {"Output Shape", 0, Justify::kLeft},
                                        {"Param #", 0, Justify::kRight}};
    int length = 88;
    if (!sequential_like_) {
      length = 108;
      columns.push_back({"Connected to", 0, Justify::kLeft});
    }
    if (positions.empty()) {
      positions = sequential_like_ ? std::vector<double>{0.45, 0.80, 1.0}
                                   : std::vector<double>{0.3, 0.56, 0.74, 1.0};
    }
    if (options_.show_trainable) {
      length += 12;
      for (double& position : positions) position *= 0.9;
      positions.push_back(1.0);
      columns.push_back({"Trainable", 0, Justify::kCenter});
    }
    if (options_.terminal_columns > 0) length = std::min(length, options_.terminal_columns - 4);
    line_length_ = options_.line_length.value_or(length);
    int current = 0;
    for (size_t i = 0; i < columns.size() && i < positions.size(); ++i) {
      const double end = std::clamp(positions[i], -1., 100.) * line_length_;
      const int width = static_cast<int>(std::isnan(end) ? 0 : end) - current;
      if (width < 4) raise_value_error({"Insufficient console width to print summary."});
      columns[i].width = width;
      current += width;
    }
    return columns;
  }

  Operations selected() const {
    const Operations all = model_.operations();
    if (!options_.layer_range) return all;
    const auto& [first, last] = *options_.layer_range;
    const auto matches = [&](const std::string& pattern) {
      std::vector<size_t> found;
      for (size_t i = 0; i < all.size(); ++i) {
        if (start_match(pattern, all[i]->name())) found.push_back(i);
      }
      return found;
    };
    const auto lower = matches(first);
    const auto upper = matches(last);
    if (lower.empty() || upper.empty()) {
      raise_value_error(
          {"Passed layer_names do not match the layer names in the model. Received: [",
           repr_string(first), ", ", repr_string(last), "]"});
    }
    const bool reversed = lower.front() > upper.back();
    const size_t begin = reversed ? upper.front() : lower.front();
    const size_t end = (reversed ? lower.back() : upper.back()) + 1;
    return {all.begin() + static_cast<std::ptrdiff_t>(begin),
            all.begin() + static_cast<std::ptrdiff_t>(end)};
  }

  void add_rows(Operation& operation, int level) {
    std::string prefix;
    for (int i = 0; i < level; ++i) prefix += "   ";
    if (level > 0) prefix += "└ ";
    auto* layer = dynamic_cast<Layer*>(&operation);
    std::vector<std::string> cells = {
        prefix + operation.name() + " (" + std::string(operation.class_info().python_name()) + ")",
        output_shape(operation, layer), params(layer)};
    if (!sequential_like_) cells.push_back(connections(operation));
    if (options_.show_trainable) {
      const bool weighted = layer != nullptr && !layer->weights().empty();
      cells.emplace_back(!weighted ? "-" : layer->trainable() ? "Y" : "N");
    }
    rows_.push_back(std::move(cells));
    if (auto* nested = dynamic_cast<Model*>(&operation);
        nested != nullptr && options_.expand_nested) {
      for (const LayerPtr& inner : nested->layers()) add_rows(*inner, level + 1);
    }
  }

  static std::string output_shape(const Operation& operation, Layer* layer) {
    // The last call applies, even if it belongs to another model.
    for (size_t i = operation.node_count(); i > 0; --i) {
      const auto node = operation.node(i - 1);
      if (!node) continue;
      std::vector<Shape> shapes;
      for (const Tensor& tensor : node->output_tensors()) shapes.push_back(tensor.shape());
      return shapes_text(shapes);
    }
    if (auto* sequential = dynamic_cast<Sequential*>(layer); sequential != nullptr) {
      if (sequential->functional()) return shapes_text(sequential->output_shape().flat());
    }
    if (auto* functional = dynamic_cast<Functional*>(layer); functional != nullptr) {
      std::vector<Shape> shapes;
      for (const Tensor& tensor : functional->outputs()) shapes.push_back(tensor.shape());
      return shapes_text(shapes, true);
    }
    if (layer == nullptr || !layer->build_shapes() || !layer->states_output_shape()) return "?";
    return shapes_text(layer->compute_output_shape(*layer->build_shapes()).flat());
  }

  static std::string params(const Layer* layer) {
    if (layer == nullptr) return "0";
    if (!layer->built()) return "0 (unbuilt)";
    return with_commas(layer->count_params());
  }

  std::string connections(const Operation& operation) const {
    std::string out;
    for (size_t i = 0; i < operation.node_count(); ++i) {
      const auto node = operation.node(i);
      if (!node || !graph_->contains(node.get())) continue;
      for (const Tensor& tensor : node->input_tensors()) {
        const KerasTensorInfo* info = keras_tensor_info(tensor);
        append_item(out, info->node->operation()->name() + "[" +
                             std::to_string(info->node->index()) + "][" +
                             std::to_string(info->tensor_index) + "]");
      }
    }
    return out.empty() ? "-" : out;
  }

  std::string footer() const {
    const auto size_of_all = [](const Layer::Variables& weights) {
      VariablesSize size;
      for (const auto& weight : weights) {
        size.count += weight->shape().size();
        size.bytes += weight->shape().size() * static_cast<int64_t>(dtype_size(weight->dtype()));
      }
      return size;
    };
    const auto line = [](const char* title, const VariablesSize& size) {
      return std::string(" ") + title + ": " + with_commas(size.count) + " (" +
             readable_memory_size(static_cast<double>(size.bytes)) + ")\n";
    };
    const auto optimizer = model_.optimizer_built()
                               ? optimizer_size(model_.compile_config(), model_.trainable_weights())
                               : std::nullopt;
    VariablesSize total = size_of_all(model_.weights());
    if (optimizer) {
      total = {total.count + optimizer->count, total.bytes + optimizer->bytes};
    }
    return line("Total params", total) +
           line("Trainable params", size_of_all(model_.trainable_weights())) +
           line("Non-trainable params", size_of_all(model_.non_trainable_weights())) +
           (optimizer ? line("Optimizer params", *optimizer) : "");
  }

  Model& model_;
  const SummaryOptions& options_;
  const Graph* graph_;
  bool sequential_like_ = true;
  int line_length_ = 0;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace

std::string summary(Model& model, const SummaryOptions& options) {
  return Summary(model, options).text();
}

}  // namespace keras
