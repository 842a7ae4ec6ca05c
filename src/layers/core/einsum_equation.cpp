#include "layers/core/einsum_equation.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "json/repr.h"
#include "layers/argument_validation.h"

namespace keras {
namespace {

struct Specs {
  std::string input, weight, output;
  bool left_elided = false;

  // Replaces the ellipsis by letters that occur on no other axis.
  void write_out(int input_rank);
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Removes and returns the leading letters of `text`.
std::string take_letters(std::string_view& text) {
  size_t n = 0;
  while (n < text.size() && is_letter(text[n])) ++n;
  std::string letters(text.substr(0, n));
  text.remove_prefix(n);
  return letters;
}

bool take(std::string_view& text, std::string_view token) {
  if (!text.starts_with(token)) return false;
  text.remove_prefix(token.size());
  return true;
}

// Parses [X],[Y]->[Z] with an optional ellipsis before or after X and Z. Like Keras's regexes it
// ignores what follows a match.
std::optional<Specs> parse(std::string_view text) {
  Specs specs;
  specs.left_elided = take(text, "...");
  specs.input = take_letters(text);
  const bool right_elided = !specs.left_elided && take(text, "...");
  if (specs.input.size() < (right_elided ? 2u : 1u) || !take(text, ",")) return {};
  specs.weight = take_letters(text);
  if (specs.weight.empty() || !take(text, "->")) return {};
  if (specs.left_elided && !take(text, "...")) return {};
  specs.output = take_letters(text);
  if (specs.output.empty() || (right_elided && !take(text, "..."))) return {};
  return specs;
}

Specs specs_of(std::string_view equation) {
  const std::optional<Specs> specs = parse(equation);
  if (specs) return *specs;
  raise_value_error({"Invalid einsum equation '", std::string(equation),
                     "'. Equations must be in the form [X],[Y]->[Z], ...[X],[Y]->...[Z], or "
                     "[X]...,[Y]->[Z]...."});
}

void Specs::write_out(int input_rank) {
  std::string extra;
  for (char c = '0'; static_cast<int>(extra.size() + input.size()) < input_rank; ++c) extra += c;
  input = left_elided ? extra + input : input + extra;
  output = left_elided ? extra + output : output + extra;
}

EinsumScale scale_of(const std::string& operand, const std::string& output) {
  EinsumScale scale;
  for (size_t i = 0; i < operand.size(); ++i) {
    if (output.find(operand[i]) == output.npos) scale.summed.push_back(static_cast<int64_t>(i));
  }
  for (size_t i = 0; i < output.size(); ++i) {
    const size_t at = operand.find(output[i]);
    if (at == operand.npos) {
      scale.missing.push_back(static_cast<int64_t>(i));
    } else {
      scale.kept.push_back(static_cast<int64_t>(at));
    }
  }
  return scale;
}

bool has(const std::string& spec, char c) { return spec.find(c) != spec.npos; }

}  // namespace

EinsumShapes analyze_einsum(std::string_view equation, const std::optional<std::string>& bias_axes,
                            const Shape& input, const Shape& partial_output) {
  const Specs specs = specs_of(equation);
  const int rank = input.rank();
  const int elided = rank - static_cast<int>(specs.input.size());

  std::vector<int64_t> output = partial_output.dims();
  output.insert(output.begin(), dim_at(input, 0));
  if (elided > 0 && specs.left_elided) {
    // Inserted at the same position, which reverses their order, as in Keras.
    for (int i = 1; i < elided; ++i) output.insert(output.begin() + 1, input[i]);
  } else if (elided > 0) {
    for (int i = rank - elided; i < rank; ++i) output.push_back(input[i]);
  }

  EinsumShapes shapes;
  shapes.output = Shape(output);
  const int shift = specs.left_elided ? elided : 0;
  std::map<char, int64_t> input_dims, output_dims;
  for (size_t i = 0; i < specs.input.size(); ++i) {
    const int64_t at = static_cast<int64_t>(i) + (specs.left_elided ? elided - rank : 0);
    input_dims[specs.input[i]] = dim_at(input, at);
  }
  for (size_t i = 0; i < specs.output.size(); ++i) {
    output_dims[specs.output[i]] = static_cast<int64_t>(i) + shift;
  }
  const auto output_dim = [&](char c) { return dim_at(shapes.output, output_dims.at(c)); };
  for (const char c : specs.input) {
    if (!output_dims.contains(c)) continue;
    const int64_t out = output_dim(c);
    if (out != kNone && out != input_dims[c]) {
      const std::string in = input_dims[c] == kNone ? "None" : std::to_string(input_dims[c]);
      raise_value_error({"Input shape and output shape do not match at shared dimension '",
                         std::string(1, c), "'. Input shape is ", in, ", and output shape is ",
                         std::to_string(out), "."});
    }
  }
  for (const char c : specs.output) {
    if (!has(specs.input, c) && !has(specs.weight, c)) {
      raise_value_error({"Dimension '", std::string(1, c), "' was specified in the output '",
                         specs.output, "' but has no corresponding dim in the input spec '",
                         specs.input, "' or weight spec '", specs.output, "'"});
    }
  }
  for (size_t i = 0; i < specs.weight.size(); ++i) {
    const char c = specs.weight[i];
    if (output_dims.contains(c)) {
      shapes.kernel.push_back(output_dim(c));
      shapes.output_axes.push_back(static_cast<int64_t>(i));
    } else if (input_dims.contains(c)) {
      shapes.kernel.push_back(input_dims[c]);
      shapes.input_axes.push_back(static_cast<int64_t>(i));
    } else {
      raise_value_error({"Weight dimension '", std::string(1, c),
                         "' did not have a match in either the input spec '", specs.input,
                         "' or the output spec '", specs.output,
                         "'. For this layer, the weight must be fully specified."});
    }
  }
  if (!bias_axes) return shapes;

  size_t first = specs.output.size();
  for (const char c : *bias_axes) {
    if (!has(specs.output, c)) {
      raise_value_error({"Bias dimension '", std::string(1, c),
                         "' was requested, but is not part of the output spec '", specs.output,
                         "'"});
    }
    first = std::min(first, specs.output.find(c));
  }
  if (bias_axes->empty()) raise_value_error({"min() iterable argument is empty"});
  shapes.bias.emplace();
  for (size_t i = first; i < specs.output.size(); ++i) {
    const bool listed = has(*bias_axes, specs.output[i]);
    shapes.bias->push_back(listed ? dim_at(shapes.output, static_cast<int64_t>(i) + shift) : 1);
  }
  for (int i = 0; i < elided && !specs.left_elided; ++i) shapes.bias->push_back(1);
  return shapes;
}

EinsumScale input_scale(std::string_view equation, int input_rank) {
  Specs specs = specs_of(equation);
  specs.write_out(input_rank);
  return scale_of(specs.input, specs.output);
}

EinsumScale kernel_scale(std::string_view equation, int input_rank) {
  Specs specs = specs_of(equation);
  specs.write_out(input_rank);
  return scale_of(specs.weight, specs.output);
}

std::optional<int> inner_axes(std::string_view equation, int input_rank) {
  Specs specs = specs_of(equation);
  specs.write_out(input_rank);
  const size_t inner = static_cast<size_t>(
      std::ranges::count_if(specs.input, [&](char c) { return has(specs.weight, c); }));
  if (inner > specs.weight.size()) return {};
  const std::string rows = specs.input.substr(0, specs.input.size() - inner);
  const std::string summed = specs.weight.substr(0, inner), columns = specs.weight.substr(inner);
  std::string all = rows + summed + columns;
  if (specs.input != rows + summed || specs.output != rows + columns) return {};
  std::ranges::sort(all);
  if (std::ranges::adjacent_find(all) != all.end()) return {};
  return static_cast<int>(inner);
}

}  // namespace keras
