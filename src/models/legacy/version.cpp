#include "models/legacy/version.h"

#include <charconv>

namespace keras::legacy {

Dialect dialect_of(std::string_view version) {
  int major = 0;
  int minor = 0;
  const char* end = version.data() + version.size();
  const auto [rest, error] = std::from_chars(version.data(), end, major);
  if (error != std::errc()) return Dialect::kCurrent;
  if (major < 3) return Dialect::kKeras2;
  if (rest != end) std::from_chars(rest + 1, end, minor);
  return major == 3 && minor <= 10 ? Dialect::kListedOutputs : Dialect::kCurrent;
}

}  // namespace keras::legacy
