// Names that somebody may have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keras {

// The up to three names nearest to `wanted`, the nearest first: those of which at most a third of
// the letters must be typed anew, letter case aside.
std::vector<std::string> closest_matches(std::string_view wanted,
                                         const std::vector<std::string>& names);

// ` Did you mean 'conv2' or 'conv3'?`; empty when there are none.
std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& names);

}  // namespace keras
