// summary(): the table of a model's layers, formatted as in Keras
// (keras/src/utils/summary_utils.py).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/model.h"

namespace keras {

struct SummaryOptions {
  std::optional<int> line_length{};  // by default 88, or 108 with "Connected to"
  std::vector<double> positions{};   // right ends of the columns, as fractions of the line
  bool expand_nested = false;
  bool show_trainable = false;
  std::optional<std::pair<std::string, std::string>>
      layer_range{};         // regexes of the first and last layer, inclusive
  int terminal_columns = 0;  // the default length stays 4 below it; 0: unlimited
};

// Ends with a newline. ValueError "Insufficient console width to print summary.", or when
// layer_range matches nothing.
std::string summary(Model& model, const SummaryOptions& options = {});

}  // namespace keras
