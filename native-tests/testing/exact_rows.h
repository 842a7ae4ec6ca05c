// Fixtures of exact numbers: JSON rows whose arrays are the bits of float32 values, or plain integers.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "json/parse.h"

namespace keras::testing {

// The JSON file of that name under native-tests/fixtures.
inline json::Value read_rows(const std::string& name) {
  std::ifstream file(std::string(KERAS_FIXTURES) + "/" + name, std::ios::binary);
  if (!file) throw std::runtime_error("No fixture " + name);
  return json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

// {"shape": [...], "bits": [...]}
inline std::vector<float> floats_of(const json::Value& array) {
  std::vector<float> result;
  for (const json::Value& bits : array.as_object().at("bits").as_array()) {
    result.push_back(std::bit_cast<float>(static_cast<uint32_t>(bits.as_int())));
  }
  return result;
}

// {"shape": [...], "values": [...]}
template <class T = int32_t>
std::vector<T> integers_of(const json::Value& array) {
  std::vector<T> result;
  for (const json::Value& value : array.as_object().at("values").as_array()) {
    result.push_back(static_cast<T>(value.is_bool() ? value.as_bool() : value.as_int()));
  }
  return result;
}

inline std::vector<int64_t> shape_of(const json::Value& array) {
  std::vector<int64_t> result;
  for (const json::Value& size : array.as_object().at("shape").as_array()) result.push_back(size.as_int());
  return result;
}

// How many float32 values lie between two; 0 for two NaN, the largest number where only one is.
inline int64_t ulps_between(float a, float b) {
  if (a != a || b != b) return (a != a) == (b != b) ? 0 : std::numeric_limits<int64_t>::max();
  const auto place = [](float x) {
    const int32_t bits = std::bit_cast<int32_t>(x);
    return bits < 0 ? int64_t{std::numeric_limits<int32_t>::min()} - bits : int64_t{bits};
  };
  const int64_t difference = place(a) - place(b);
  return difference < 0 ? -difference : difference;
}

}  // namespace keras::testing
