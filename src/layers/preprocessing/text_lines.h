// The lines of a text file, as Python reads them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keras {

// As str.splitlines(): ends of lines are \n, \r\n, \r, \v, \f, \x1c to \x1e, U+0085, U+2028 and
// U+2029, and a line end at the end of the text begins no line.
std::vector<std::string> split_lines(std::string_view text);

}  // namespace keras
