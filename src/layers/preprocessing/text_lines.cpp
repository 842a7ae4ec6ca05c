#include "layers/preprocessing/text_lines.h"

#include <algorithm>
#include <array>

namespace keras {
namespace {

// Bytes of the line end at the start of the text; 0 when it does not begin with one.
size_t line_end(std::string_view text) {
  constexpr std::array<std::string_view, 11> kEnds = {
      "\r\n", "\n",   "\r",       "\v",           "\f",          "\x1c",
      "\x1d", "\x1e", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};
  const auto found = std::find_if(kEnds.begin(), kEnds.end(),
                                  [&](std::string_view end) { return text.starts_with(end); });
  return found == kEnds.end() ? 0 : found->size();
}

}  // namespace

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (size_t begin = 0, at = 0; begin < text.size();) {
    const size_t end = at < text.size() ? line_end(text.substr(at)) : 0;
    if (end == 0 && at < text.size()) {
      ++at;
      continue;
    }
    lines.emplace_back(text.substr(begin, at - begin));
    begin = at = at + end;
  }
  return lines;
}

}  // namespace keras
