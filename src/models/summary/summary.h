// summary(): the table of a model's layers as Keras prints it (keras/src/utils/summary_utils.py).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/model.h"

namespace keras {

struct SummaryOptions {
  std::optional<int> line_length{};  // by default 88, or 108 with "Connected to"
  std::vector<double> positions{};   // right ends of the columns as parts of the line
  bool expand_nested = false;
  bool show_trainable = false;
  std::optional<std::pair<std::string, std::string>>
      layer_range{};         // regular expressions, inclusive
  int terminal_columns = 0;  // the default length stays 4 below it; 0: no limit
};

// Ends with a newline. Throws ValueError "Insufficient console width to print summary." and for a
// layer_range that matches nothing.
std::string summary(Model& model, const SummaryOptions& options = {});

}  // namespace keras
