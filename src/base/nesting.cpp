#include "base/nesting.h"

#include "base/error.h"

namespace keras {
namespace {

int open_scopes = 0;

// Configs also nest policies and initializers of the innermost layer.
constexpr int kExtraLevels = 8;

[[noreturn]] void raise_too_deep(const std::string& received) {
  raise_value_error({"Layers can be nested at most ", std::to_string(kMaxNesting),
                     " levels deep. Received: ", received});
}

}  // namespace

void check_nesting(int levels, const std::string& outermost) {
  if (levels <= kMaxNesting) return;
  raise_too_deep(outermost + " with " + std::to_string(levels) + " levels");
}

NestingScope::NestingScope(const std::string& innermost) {
  if (open_scopes >= kMaxNesting + kExtraLevels) {
    raise_too_deep(innermost + " at a deeper level");
  }
  ++open_scopes;
}

NestingScope::~NestingScope() { --open_scopes; }

}  // namespace keras
