#include "models/summary/text_table.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace keras {
namespace {

// Decodes a UTF-8 code point at `at` and advances it.
uint32_t next_code_point(std::string_view text, size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  const int extra = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
  uint32_t code = extra == 0 ? first : first & (0x3fu >> extra);
  for (int i = 0; i < extra && at < text.size(); ++i) {
    code = (code << 6) | (static_cast<unsigned char>(text[at++]) & 0x3fu);
  }
  return code;
}

// Terminal columns of a code point: East Asian characters and emoji take two.
int columns_of(uint32_t code) {
  const bool wide = (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
                    (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
                    (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
                    (code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1f300 && code <= 0x1faff) ||
                    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

int text_width(std::string_view text) {
  int width = 0;
  for (size_t at = 0; at < text.size();) width += columns_of(next_code_point(text, at));
  return width;
}

std::string first_columns(std::string_view text, int count) {
  size_t end = 0;
  while (end < text.size()) {
    size_t next = end;
    count -= columns_of(next_code_point(text, next));
    if (count < 0) break;
    end = next;
  }
  return std::string(text.substr(0, end));
}

std::string trimmed_right(std::string text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// Words with the surrounding spaces, split as rich splits them.
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
  const size_t left = justify == Justify::kRight    ? space
                      : justify == Justify::kCenter ? space / 2
                                                    : 0;
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
      // Rounds half to even, as Python does.
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
        out += " " +
               padded(inside ? lines[i][y - above] : "", widths_[i] - 2, columns_[i].justify) + " ";
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
