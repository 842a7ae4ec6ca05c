// A table with ruled lines, words wrapped in its cells: the layout of Python's rich that Keras
// prints with.
#pragma once

#include <string>
#include <vector>

namespace keras {

enum class Justify { kLeft, kRight, kCenter };

struct TableColumn {
  std::string header;
  int width;  // of the text; the cell adds a space on both sides
  Justify justify;
};

// Columns give way from left to right until the table is `line_length` wide.
std::string text_table(const std::vector<TableColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows, int line_length);

}  // namespace keras
