// Python's re.fullmatch and re.match, as far as patterns of layer names and paths go.
#pragma once

#include <string_view>

namespace keras {

// Whether all of `text` matches, or its start. Understands . [] () | * + ? {m,n}, their lazy forms,
// ^ $, the classes \d \w \s and escapes. Throws ValueError for anything else, and for patterns that
// take too long.
bool full_match(std::string_view regex, std::string_view text);
bool start_match(std::string_view regex, std::string_view text);

}  // namespace keras
