// Suggestions for misspelled names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keras {

// At most three names, closest first, whose edit distance to `wanted` is at most a third of the
// longer name. Ignores case.
std::vector<std::string> closest_matches(std::string_view wanted,
                                         const std::vector<std::string>& names);

// ` Did you mean 'conv2' or 'conv3'?`; empty when there are none.
std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& names);

}  // namespace keras
