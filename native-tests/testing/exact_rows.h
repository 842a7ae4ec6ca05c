// Fixtures with exact numbers: JSON rows whose arrays hold the bits of float32 values, or integers.
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

// The JSON file native-tests/fixtures/<name>.
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
  for (const json::Value& size : array.as_object().at("shape").as_array())
    result.push_back(size.as_int());
  return result;
}

// {"name", "arguments", "inputs", "outputs"} as tools/fixtures/make_kernels.py writes it.
struct Row {
  std::string name;
  const json::Object* arguments;
  const json::Array* inputs;
  const json::Array* outputs;

  double number(std::string_view key, double missing = 0.0) const {
    const json::Value* value = arguments->find(key);
    return value != nullptr ? value->as_double() : missing;
  }
  bool flag(std::string_view key) const {
    const json::Value* value = arguments->find(key);
    return value != nullptr && value->as_bool();
  }
  std::vector<int64_t> list(std::string_view key) const {
    std::vector<int64_t> result;
    const json::Value* value = arguments->find(key);
    if (value == nullptr) return result;
    for (const json::Value& item : value->as_array()) result.push_back(item.as_int());
    return result;
  }
  std::vector<float> input(size_t i) const { return floats_of(inputs->at(i)); }
  std::vector<float> output(size_t i = 0) const { return floats_of(outputs->at(i)); }
  std::vector<int64_t> shape(size_t i = 0) const { return shape_of(inputs->at(i)); }
};

// Calls f(row) for every row of a fixture; returns their number.
template <class F>
int for_each_row(const std::string& file, const F& f) {
  const json::Value fixture = read_rows(file);
  int count = 0;
  for (const json::Value& value : fixture.find("rows")->as_array()) {
    const json::Object& row = value.as_object();
    f(Row{row.at("name").as_string(), &row.at("arguments").as_object(),
          &row.at("inputs").as_array(), &row.at("outputs").as_array()});
    ++count;
  }
  return count;
}

// The number of float32 values between two; 0 for two NaN, the maximum when only one is NaN.
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
