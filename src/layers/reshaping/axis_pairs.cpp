#include "layers/reshaping/axis_pairs.h"

#include "base/error.h"
#include "base/lists.h"

namespace keras {
namespace {

constexpr std::string_view kOrdinals[] = {"1st", "2nd", "3rd"};

[[noreturn]] void refuse_type(int rank, std::string_view name, const json::Value& value) {
  // Keras's wording, which differs between layers.
  const std::string word = name == "cropping" ? "crop" : rank == 2 ? "crop" : "pad";
  if (rank == 2) {
    raise_value_error({"`", std::string(name),
                       "` should be either an int, a tuple of 2 ints (symmetric_height_crop, "
                       "symmetric_width_crop), or a tuple of 2 tuples of 2 ints ((top_crop, "
                       "bottom_crop), (left_crop, right_crop)). Received: ",
                       std::string(name), "=", python_str(value), "."});
  }
  raise_value_error({"`",
                     std::string(name),
                     "` should be either an int, a tuple of 3 ints (symmetric_dim1_",
                     word,
                     ", symmetric_dim2_",
                     word,
                     ", symmetric_dim3_",
                     word,
                     "), or a tuple of 3 tuples of 2 ints ((left_dim1_",
                     word,
                     ", right_dim1_",
                     word,
                     "), (left_dim2_",
                     word,
                     ", right_dim2_",
                     word,
                     "), (left_dim3_",
                     word,
                     ", right_dim2_",
                     word,
                     ")). Received: ",
                     (name == "padding" ? "padding=" : ""),
                     python_str(value),
                     "."});
}

[[noreturn]] void refuse_count(int rank, std::string_view name, const json::Value& value) {
  const std::string prefix = "`" + std::string(name) + "` should have ";
  if (rank == 3) raise_value_error({prefix, "3 elements. Received: ", python_str(value), "."});
  raise_value_error(
      {prefix, "two elements. Received: ", std::string(name), "=", python_str(value), "."});
}

}  // namespace

void AxisPairs::standardize(int rank, std::string_view name) {
  pairs_.clear();
  const auto n = static_cast<size_t>(rank);
  if (given_.is_int()) {
    const int64_t amount = given_.as_int();
    if (amount < 0) {
      raise_value_error({"`", std::string(name), "` cannot be negative. Received: ",
                         std::string(name), "=", python_str(given_), "."});
    }
    pairs_.assign(n, {amount, amount});
  } else if (given_.is_array() || given_.is_string()) {
    // Python iterates over the characters of a string.
    json::Array items;
    if (given_.is_string()) {
      for (const char c : given_.as_string()) items.emplace_back(std::string(1, c));
    } else {
      items = given_.as_array();
    }
    if (items.size() != n) refuse_count(rank, name, given_);
    for (size_t i = 0; i < n; ++i) {
      const Ints pair = standardize_tuple(
          items[i], 2, std::string(kOrdinals[i]) + " entry of " + std::string(name),
          /*allow_zero=*/true);
      pairs_.emplace_back(pair[0], pair[1]);
    }
  } else {
    refuse_type(rank, name, given_);
  }
  json::Array array;
  for (const auto& [before, after] : pairs_) array.push_back(json_list({before, after}));
  given_ = std::move(array);
}

void AxisPairs::standardize_single(std::string_view name) {
  const Ints pair = standardize_tuple(given_, 2, name, /*allow_zero=*/true);
  pairs_ = {{pair[0], pair[1]}};
  given_ = json_list(pair);
}

std::string repr(const AxisPairs& pairs) {
  std::string out;
  for (size_t i = 0; i < pairs.size(); ++i) {
    append_item(out, repr_tuple({pairs[i].first, pairs[i].second}));
  }
  return pairs.size() == 1 ? out : "(" + out + ")";
}

}  // namespace keras
