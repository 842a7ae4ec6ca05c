#include "base/lists.h"

namespace keras {

void append_item(std::string& list, std::string_view item) {
  if (!list.empty()) list += ", ";
  list += item;
}

std::string quoted_list(const std::vector<std::string>& names, std::string_view pair,
                        std::string_view last) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 < names.size() ? ", " : names.size() == 2 ? pair : last;
    out += "'" + names[i] + "'";
  }
  return out;
}

}  // namespace keras
