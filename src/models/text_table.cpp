#include "models/text_table.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace keras {
namespace {

// Terminal columns of UTF-8 text; every code point counts as one.
int text_width(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string first_columns(std::string_view text, int count) {
  size_t end = 0;
  while (end < text.size() && (count > 0 || (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)) {
    if ((static_cast<unsigned char>(text[end]) & 0xc0) != 0x80) --count;
    ++end;
  }
  return std::string(text.substr(0, end));
}

std::string trimmed_right(std::string text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// Words with the spaces around them, as rich splits them.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  size_t i = 0;
  while (i < text.size()) {
    const size_t start = i;
    while (i < text.size() && text[i] == ' ') ++i;
    if (i == text.size()) break;
    while (i < text.size() && text[i] != ' ') ++i;
    while (i < text.size() && text[i] == ' ') ++i;
    words.emplace_back(text.substr(start, i - start));
  }
  return words;
}

std::vector<std::string> wrapped(const std::string& text, int width) {
  std::vector<std::string> lines(1);
  int offset = 0;
  for (const std::string& word : words_of(text)) {
    if (width - offset < text_width(trimmed_right(word)) && offset > 0) {
      lines.emplace_back();
      offset = 0;
    }
    lines.back() += word;
    offset += text_width(word);
  }
  for (std::string& line : lines) {
    line = trimmed_right(std::move(line));
    if (text_width(line) > width) line = first_columns(line, width - 1) + "…";
  }
  return lines;
}

std::string padded(const std::string& text, int width, Justify justify) {
  const auto space = static_cast<size_t>(std::max(0, width - text_width(text)));
  const size_t left = justify == Justify::kRight ? space : justify == Justify::kCenter ? space / 2 : 0;
  return std::string(left, ' ') + text + std::string(space - left, ' ');
}

class Writer {
 public:
  Writer(const std::vector<TableColumn>& columns, int line_length) : columns_(columns) {
    const auto count = static_cast<int>(columns.size());
    int excess = -(line_length - (count + 1));
    for (const TableColumn& column : columns) {
      widths_.push_back(column.width + 2);
      excess += column.width + 2;
    }
    for (int i = 0; i < count && excess > 0; ++i) {
      // Python rounds half to even, as the default rounding mode does.
      const int loss = std::min(widths_[static_cast<size_t>(i)],
                                static_cast<int>(std::nearbyint(double(excess) / (count - i))));
      widths_[static_cast<size_t>(i)] -= loss;
      excess -= loss;
    }
  }

  void rule(const char* left, const char* line, const char* joint, const char* right) {
    out += left;
    for (size_t i = 0; i < widths_.size(); ++i) {
      if (i > 0) out += joint;
      for (int k = 0; k < widths_[i]; ++k) out += line;
    }
    out += std::string(right) + "\n";
  }

  void row(const std::vector<std::string>& cells, const char* bar, bool bottom_aligned) {
    std::vector<std::vector<std::string>> lines;
    size_t height = 1;
    for (size_t i = 0; i < cells.size(); ++i) {
      lines.push_back(wrapped(cells[i], widths_[i] - 2));
      height = std::max(height, lines.back().size());
    }
    for (size_t y = 0; y < height; ++y) {
      out += bar;
      for (size_t i = 0; i < cells.size(); ++i) {
        const size_t above = bottom_aligned ? height - lines[i].size() : 0;
        const bool inside = y >= above && y - above < lines[i].size();
        out += " " + padded(inside ? lines[i][y - above] : "", widths_[i] - 2, columns_[i].justify) + " ";
        out += bar;
      }
      out += "\n";
    }
  }

  std::string out;

 private:
  const std::vector<TableColumn>& columns_;
  std::vector<int> widths_;
};

}  // namespace

std::string text_table(const std::vector<TableColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows, int line_length) {
  Writer writer(columns, line_length);
  std::vector<std::string> header;
  for (const TableColumn& column : columns) header.push_back(column.header);
  writer.rule("┏", "━", "┳", "┓");
  writer.row(header, "┃", true);
  writer.rule("┡", "━", "╇", "┩");
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) writer.rule("├", "─", "┼", "┤");
    writer.row(rows[i], "│", false);
  }
  writer.rule("└", "─", "┴", "┘");
  return std::move(writer.out);
}

}  // namespace keras
