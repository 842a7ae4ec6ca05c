// Rows of a fixture, tensors given as bits, and comparison within a row's tolerance.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

#include "json/repr.h"
#include "tensor/tensor.h"
#include "testing/exact_rows.h"

namespace keras::testing {

// The array at `name` in a fixture; cached.
inline const json::Array& rows_of(const std::string& file, const std::string& name) {
  static std::map<std::string, json::Value> files;
  const auto [place, is_new] = files.try_emplace(file);
  if (is_new) place->second = read_rows(file);
  return place->second.as_object().at(name).as_array();
}

// {"shape": [...], "bits": [...]} as a float32 tensor.
inline Tensor tensor_of(const json::Value& array) {
  return Tensor::from(floats_of(array), Shape(shape_of(array)));
}

// `tolerance`: {"ulp": n} or {"atol": x}.
inline void expect_floats(const Tensor& actual, const json::Value& expected,
                          const json::Value& tolerance) {
  ASSERT_TRUE(actual);
  ASSERT_EQ(actual.shape(), Shape(shape_of(expected)));
  ASSERT_EQ(actual.dtype(), DType::kFloat32);
  const std::vector<float> values = floats_of(expected);
  const json::Value* ulps = tolerance.find("ulp");
  for (size_t i = 0; i < values.size(); ++i) {
    const float value = actual.data<float>()[i];
    if (ulps != nullptr) {
      ASSERT_LE(ulps_between(value, values[i]), ulps->as_int())
          << "element " << i << ": " << value << " for " << values[i];
    } else {
      ASSERT_NEAR(value, values[i], tolerance.find("atol")->as_double()) << "element " << i;
    }
  }
}

}  // namespace keras::testing
