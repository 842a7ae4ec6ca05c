// Lists of names in messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keras {

// Appends `item`, after ", " unless the list is empty.
void append_item(std::string& list, std::string_view item);

// `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`: `pair` separates two names, `last` the last of more.
std::string quoted_list(const std::vector<std::string>& names, std::string_view pair = " and ",
                        std::string_view last = ", and ");

}  // namespace keras
