#include "base/nesting.h"

#include "base/error.h"

namespace keras {
namespace {

int open_scopes = 0;

// Configs hold more than layers: policies and initializers of the innermost one.
constexpr int kRoomForParts = 8;

}  // namespace

void check_nesting(int levels, const std::string& outermost) {
  if (levels <= kMaxNesting) return;
  raise_value_error({"Layers can stand ", std::to_string(kMaxNesting),
                     " levels deep inside of each other. Received: ", outermost, " with ",
                     std::to_string(levels), " levels"});
}

NestingScope::NestingScope(const std::string& innermost) {
  if (open_scopes >= kMaxNesting + kRoomForParts) {
    raise_value_error({"Layers can stand ", std::to_string(kMaxNesting),
                       " levels deep inside of each other. Received: ", innermost,
                       " inside of more levels"});
  }
  ++open_scopes;
}

NestingScope::~NestingScope() { --open_scopes; }

}  // namespace keras
