#include "base/error.h"

#include <gtest/gtest.h>

namespace keras {
namespace {

TEST(Error, CollectsItsPathWhileUnwinding) {
  try {
    at_path("layers", [] {
      at_path("[3]",
              [] { at_path("config", [] { at_path("units", [] { throw value_error("no"); }); }); });
    });
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.path(), "layers[3].config.units");
    EXPECT_STREQ(error.what(), "no");
  }
}

TEST(Error, CollectsNotesBesideItsMessage) {
  try {
    with_note(
        [] { return std::string("outside"); },
        [] { with_note([] { return std::string("inside"); }, [] { throw value_error("no"); }); });
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.notes(), (std::vector<std::string>{"inside", "outside"}));
    EXPECT_STREQ(error.what(), "no");
  }
}

TEST(Error, PassesResultsThrough) {
  EXPECT_EQ(at_path("x", [] { return 5; }), 5);
  int value = 1;
  at_path("x", [&]() -> int& { return value; }) = 7;
  EXPECT_EQ(value, 7);
}

TEST(Error, NamesPythonsClasses) {
  EXPECT_EQ(error_kind_name(value_error("").kind()), "ValueError");
  EXPECT_EQ(error_kind_name(type_error("").kind()), "TypeError");
  EXPECT_EQ(error_kind_name(runtime_error("").kind()), "RuntimeError");
  EXPECT_EQ(error_kind_name(key_error("").kind()), "KeyError");
  EXPECT_EQ(error_kind_name(index_error("").kind()), "IndexError");
  EXPECT_EQ(error_kind_name(attribute_error("").kind()), "AttributeError");
  EXPECT_EQ(error_kind_name(not_implemented_error("").kind()), "NotImplementedError");
  EXPECT_EQ(error_kind_name(ErrorKind::kJSONDecodeError), "JSONDecodeError");
  EXPECT_EQ(error_kind_name(ErrorKind::kOverflowError), "OverflowError");
}

}  // namespace
}  // namespace keras
