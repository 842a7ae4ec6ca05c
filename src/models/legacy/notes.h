// Collects the changes made to a config while reading it, for one warning per model.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keras::legacy {

class Notes {
 public:
  // `change` is such as "`groups` was dropped from"; `object` is such as "Conv2DTranspose 'up'".
  void add(std::string change, std::string object);
  void add_layer(std::string change, std::string_view class_name, std::string_view name);

  bool empty() const { return entries_.empty(); }
  // One phrase per kind of change: "`groups` was dropped from DepthwiseConv2D 'a' and 3 others".
  std::string text() const;

 private:
  struct Entry {
    std::string change, first;
    int others = 0;
  };
  std::vector<Entry> entries_;
};

}  // namespace keras::legacy
