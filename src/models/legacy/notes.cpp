#include "models/legacy/notes.h"

#include <algorithm>

namespace keras::legacy {

void Notes::add(std::string change, std::string object) {
  const auto known = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.change == change; });
  if (known != entries_.end()) {
    ++known->others;
  } else {
    entries_.push_back({std::move(change), std::move(object)});
  }
}

void Notes::add_layer(std::string change, std::string_view class_name, std::string_view name) {
  std::string object(class_name);
  if (!name.empty()) object += " '" + std::string(name) + "'";
  add(std::move(change), std::move(object));
}

std::string Notes::text() const {
  std::string text;
  for (const auto& [change, first, others] : entries_) {
    text += (text.empty() ? "" : "; ") + change + " " + first;
    if (others > 0) text += " and " + std::to_string(others) + (others == 1 ? " other" : " others");
  }
  return text;
}

}  // namespace keras::legacy
