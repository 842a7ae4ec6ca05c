// The limit on how deep layers can be nested.
//
// Walks over models and configs recurse, and WebAssembly cannot ask how much stack is left: the
// default stack of browsers overflows at about 900 nested models. The limit leaves room for callers
// and hooks, and keeps deeply nested files quick to write.
#pragma once

#include <string>

namespace keras {

constexpr int kMaxNesting = 64;

// ValueError that names the outermost layer when there are more than kMaxNesting levels.
void check_nesting(int levels, const std::string& outermost);

// Counts nested records while a config is revived, and nested layers while they run; throws the
// same error.
class NestingScope {
 public:
  explicit NestingScope(const std::string& innermost);
  ~NestingScope();
  NestingScope(const NestingScope&) = delete;
  NestingScope& operator=(const NestingScope&) = delete;
};

}  // namespace keras
