// How deep layers may stand inside of each other.
//
// Walks over models and configs recurse, and the stack of a WebAssembly engine is small and cannot
// be asked how much of it is left: in the stack that browsers give by default, about 900 models
// inside of each other are too many. The limit leaves room for the stacks of callers and of hooks,
// and files of groups inside of each other get slow to write.
#pragma once

#include <string>

namespace keras {

constexpr int kMaxNesting = 64;

// ValueError that names the outermost when `levels` are too many.
void check_nesting(int levels, const std::string& outermost);

// Counts the records of a config that stand inside of each other while they are revived, or the
// layers while they run, and throws the same error.
class NestingScope {
 public:
  explicit NestingScope(const std::string& innermost);
  ~NestingScope();
  NestingScope(const NestingScope&) = delete;
  NestingScope& operator=(const NestingScope&) = delete;
};

}  // namespace keras
