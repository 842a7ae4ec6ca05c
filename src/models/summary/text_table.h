// A table with ruled lines and wrapped cells, in the layout of Python's rich, which Keras uses.
#pragma once

#include <string>
#include <vector>

namespace keras {

enum class Justify { kLeft, kRight, kCenter };

struct TableColumn {
  std::string header;
  int width;  // of the text; the cell adds a space on each side
  Justify justify;
};

// Shrinks columns from left to right to fit `line_length`.
std::string text_table(const std::vector<TableColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows, int line_length);

}  // namespace keras
