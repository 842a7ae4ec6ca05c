#include "base/dtype.h"

#include "testing/exact_rows.h"
#include "testing/keras_answers.h"

namespace keras {
namespace {

TEST(DType, PromotesEveryPairAsKerasDoes) {
  const json::Value rows = testing::read_rows("families/promotion.json");
  for (const json::Value& row : rows.as_object().at("rows").as_array()) {
    SCOPED_TRACE(repr(row));
    const auto type = [&](const char* name, const char* weak) -> PromotedType {
      return {parse_dtype(row.as_object().at(name).as_string()),
              row.as_object().at(weak).as_bool()};
    };
    testing::expect_answer(row, [&]() -> json::Value {
      return dtype_name(result_type(type("a", "weak_a"), type("b", "weak_b")));
    });
  }
}

TEST(DType, KnowsEveryNameAndItsSize) {
  for (const auto& [name, size] : {std::pair{"bool", 1},
                                   {"uint8", 1},
                                   {"uint16", 2},
                                   {"uint32", 4},
                                   {"uint64", 8},
                                   {"int8", 1},
                                   {"int16", 2},
                                   {"int32", 4},
                                   {"int64", 8},
                                   {"float16", 2},
                                   {"bfloat16", 2},
                                   {"float32", 4},
                                   {"float64", 8},
                                   {"float8_e4m3fn", 1},
                                   {"float8_e5m2", 1},
                                   {"complex64", 8},
                                   {"string", 0}}) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(find_dtype(name));
    EXPECT_EQ(dtype_name(*find_dtype(name)), name);
    EXPECT_EQ(dtype_size(*find_dtype(name)), static_cast<size_t>(size));
  }
  EXPECT_EQ(find_dtype("int"), DType::kInt32);
}

TEST(DType, RefusesUnknownNames) {
  for (const char* name : {"", "float", "Float32", "float128", "floaty"}) {
    EXPECT_FALSE(find_dtype(name)) << name;
    EXPECT_THROW(parse_dtype(name), Error) << name;
  }
  try {
    parse_dtype("floaty");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kValueError);
    EXPECT_STREQ(error.what(), "Invalid dtype: floaty");
  }
}

}  // namespace
}  // namespace keras
