// `<family>.get(identifier)` and constructors, compared with Keras row by row.
#include "base/naming.h"
#include "serialization/serialize.h"
#include "testing/families.h"
#include "testing/keras_answers.h"
#include "testing/rows_of.h"

namespace keras {
namespace {

using testing::expect_answer;
using testing::rows_of;

json::Value get_and_write(const std::string& family, const json::Value& identifier) {
  if (family == "initializers") {
    return FieldTraits<InitializerPtr>::write(get_initializer(identifier));
  }
  if (family == "regularizers") {
    return FieldTraits<RegularizerPtr>::write(get_regularizer(identifier));
  }
  if (family == "constraints") return FieldTraits<ConstraintPtr>::write(get_constraint(identifier));
  if (family == "dtype_policies") {
    return FieldTraits<DTypePolicyPtr>::write(get_dtype_policy(identifier));
  }
  return serialize_activation(get_activation(identifier));
}

class Identifiers : public ::testing::Test {
 protected:
  Identifiers() {
    testing::register_families();
    reset_global_dtype_policy();
  }
};

void expect_rows(const json::Array& rows) {
  for (const json::Value& row : rows) {
    const json::Value* family = row.find("family");
    const json::Value* identifier = row.find("identifier");
    if (family == nullptr || identifier == nullptr) continue;
    SCOPED_TRACE(family->as_string() + " " + repr(*identifier));
    // Keras's own get("constant") fails for the missing value.
    if (*identifier == json::Value("constant")) continue;
    expect_answer(row, [&] { return get_and_write(family->as_string(), *identifier); });
  }
}

TEST_F(Identifiers, MeanWhatTheyMeanInKeras) {
  expect_rows(rows_of("families/identifiers.json", "rows"));
  expect_rows(rows_of("serialization.json", "cases"));
}

TEST_F(Identifiers, ConstantByNameIsZero) {
  EXPECT_EQ(json::write(get_initializer("constant")->get_config()), R"({"value": 0.0})");
}

TEST_F(Identifiers, ObjectsAreMadeAndWrittenAsInKeras) {
  for (const json::Value& row : rows_of("families/objects.json", "rows")) {
    const std::string& family = row.find("family")->as_string();
    const std::string& name = row.find("class_name")->as_string();
    SCOPED_TRACE(name + " " + repr(*row.find("arguments")));
    reset_names();
    const ClassInfo* info = find_public_class("keras." + family, name);
    if (info == nullptr) info = find_public_class("keras", name);
    ASSERT_NE(info, nullptr);
    expect_answer(row, [&] {
      return serialize_keras_object(*construct(*info, row.find("arguments")->as_object()));
    });
  }
}

TEST_F(Identifiers, EveryClassIsFoundUnderEveryName) {
  int names = 0;
  for (Family family : {Family::kInitializer, Family::kRegularizer, Family::kConstraint,
                        Family::kDTypePolicy, Family::kQuantizer}) {
    for (const ClassInfo* info : classes_of_family(family)) {
      EXPECT_EQ(find_class_in_family(family, info->class_name), info);
      if (family != Family::kDTypePolicy) {
        // Keras's tables list the snake_case form of every class.
        EXPECT_EQ(find_class_in_family(family, to_snake_case(info->class_name)), info)
            << info->class_name;
      }
      ++names;
    }
  }
  EXPECT_GE(names, 17 + 5 + 5 + 8 + 8);
}

}  // namespace
}  // namespace keras
