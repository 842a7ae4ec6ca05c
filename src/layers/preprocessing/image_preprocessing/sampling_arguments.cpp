#include "layers/preprocessing/image_preprocessing/sampling_arguments.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "base/error.h"
#include "base/lists.h"

namespace keras {
namespace {

void refuse_unless(std::string_view argument, const std::string& value,
                   std::initializer_list<std::string_view> supported) {
  if (std::find(supported.begin(), supported.end(), value) != supported.end()) return;
  std::string list;
  for (const std::string_view name : supported) append_item(list, "'" + std::string(name) + "'");
  raise_not_implemented_error(
      {"Unknown `", argument, "` ", value, ". Expected of one (", list, ")."});
}

}  // namespace

void check_interpolation(const std::string& interpolation) {
  refuse_unless("interpolation", interpolation, {"nearest", "bilinear"});
}

void check_fill_mode(const std::string& fill_mode) {
  refuse_unless("fill_mode", fill_mode, {"reflect", "wrap", "constant", "nearest"});
}

}  // namespace keras
