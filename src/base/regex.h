// Python's re.fullmatch and re.match, for regexes of layer names and paths.
#pragma once

#include <string_view>

namespace keras {

// Whether all of `text` matches, or a prefix of it. Supports . [] () | * + ? {m,n}, their
// lazy forms, ^ $, \d \w \s and escapes. ValueError for anything else, and for regexes that
// take too long.
bool full_match(std::string_view regex, std::string_view text);
bool start_match(std::string_view regex, std::string_view text);

}  // namespace keras
