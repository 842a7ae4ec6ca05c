#include "base/naming.h"

#include "testing/exact_rows.h"
#include "testing/keras_answers.h"

namespace keras {
namespace {

TEST(Naming, FollowsKerasNameByName) {
  reset_names();
  const json::Value rows = testing::read_rows("families/names.json");
  for (const json::Value& row : rows.as_object().at("rows").as_array()) {
    SCOPED_TRACE(repr(row));
    const std::string& name = row.as_object().at("class_name").as_string();
    if (const json::Value* expected = row.find("snake_case")) {
      EXPECT_EQ(to_snake_case(name), expected->as_string());
    } else if (const json::Value* counted = row.find("auto_name")) {
      EXPECT_EQ(auto_name(name), counted->as_string());
    } else {
      EXPECT_EQ(get_uid(name), row.as_object().at("uid").as_int());
    }
  }
  reset_names();
  EXPECT_EQ(auto_name("Dense"), "dense");
}

TEST(Naming, ScopesNest) {
  EXPECT_EQ(current_path(), "");
  {
    const NameScope outer("a");
    EXPECT_EQ(current_path(), "a");
    {
      const NameScope inner("b/c");
      EXPECT_EQ(current_path(), "a/b/c");
    }
    EXPECT_EQ(current_path(), "a");
  }
  EXPECT_EQ(current_path(), "");
}

TEST(Naming, ScopesEndOnErrors) {
  try {
    const NameScope scope("a");
    throw value_error("stop");
  } catch (const Error&) {
  }
  EXPECT_EQ(current_path(), "");
}

}  // namespace
}  // namespace keras
