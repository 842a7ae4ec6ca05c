#include "random/seed_generator_object.h"

#include "base/naming.h"
#include "initializers/initializer.h"
#include "random/distributions.h"
#include "serialization/serialize.h"
#include "testing/families.h"
#include "testing/keras_answers.h"
#include "testing/rows_of.h"

namespace keras {
namespace {

using testing::expect_floats;
using testing::rows_of;

// Two initializers in a layer, with defaults that a config may replace.
class Weighted final : public Object {
 public:
  void fields(FieldVisitor& f) override {
    f("kernel", kernel, "");
    f("recurrent", recurrent, "");
  }
  InitializerPtr kernel = get_initializer("glorot_uniform");
  InitializerPtr recurrent = get_initializer("glorot_uniform");
};

InitializerPtr made(const char* name) {
  InitializerPtr initializer = get_initializer(name);
  initializer->draw_seed();
  return initializer;
}

json::Value words(const uint32_t* key) { return json::Array{int64_t{key[0]}, int64_t{key[1]}}; }

class SeedGenerators : public ::testing::Test {
 protected:
  SeedGenerators() { testing::register_families(); }
};

TEST_F(SeedGenerators, DefaultSeedsAreThoseOfPython) {
  for (const json::Value& row : rows_of("families/seeds.json", "rows")) {
    const json::Value* seed = row.find("set_random_seed");
    if (seed == nullptr) continue;
    SCOPED_TRACE(repr(row));
    if (row.find("error")) {
      testing::expect_answer(row, [&]() -> json::Value {
        set_random_seed(seed->as_int());
        return nullptr;
      });
      continue;
    }
    set_random_seed(seed->as_int());
    for (const json::Value& expected : row.find("default_seeds")->as_array()) {
      EXPECT_EQ(make_default_seed(), expected.as_int());
    }
  }
}

TEST_F(SeedGenerators, StepAsKerasDoes) {
  for (const json::Value& row : rows_of("families/seeds.json", "rows")) {
    const json::Value* seed = row.find("generator");
    if (seed == nullptr) continue;
    SCOPED_TRACE(repr(row));
    reset_names();
    const auto generator = SeedGenerator::make(seed->as_int());
    for (const json::Value& expected : row.find("keys")->as_array()) {
      const random::Key key = generator->next(row.find("ordered")->as_bool());
      EXPECT_EQ(words(key.data()), expected);
    }
    EXPECT_EQ(words(generator->state()->stored_value().data<uint32_t>()), *row.find("state"));
    EXPECT_EQ(generator->state()->path(), row.find("path")->as_string());
  }
}

TEST_F(SeedGenerators, UnseededObjectsDrawInKerassOrder) {
  const json::Value exact = json::Object{{"ulp", 0}};
  for (const json::Value& row : rows_of("families/seeds.json", "rows")) {
    if (row.find("after_seed") == nullptr) continue;
    set_random_seed(row.find("after_seed")->as_int());
    if (const json::Value* values = row.find("values")) {
      const auto glorot = made("glorot_uniform");
      made("zeros");
      const auto generator = SeedGenerator::make();
      const auto uniform = made("random_uniform");
      expect_floats((*uniform)({3}, DType::kFloat32), values->as_array()[0], exact);
      expect_floats((*glorot)({3}, DType::kFloat32), values->as_array()[1], exact);
      EXPECT_EQ(words(generator->next().data()), *row.find("key"));
      for (const json::Value& expected : row.find("global_uniform")->as_array()) {
        Tensor drawn = Tensor::allocate({2}, DType::kFloat32);
        random::uniform(draw_seed({}), 0, 1, drawn.data<float>(), 2);
        expect_floats(drawn, expected, exact);
      }
    } else {
      Weighted cell;
      cell.configure({{"recurrent", "orthogonal"}});
      SeedGenerator::make();  // each cell has one
      const auto second = made("uniform");
      // In the order in which a layer builds, which must not matter.
      expect_floats((*second)({2}, DType::kFloat32), *row.find("second"), exact);
      expect_floats((*cell.recurrent)({2, 8}, DType::kFloat32), *row.find("recurrent_kernel"),
                    json::Object{{"atol", 1e-6}});
      expect_floats((*cell.kernel)({3, 8}, DType::kFloat32), *row.find("kernel"), exact);
    }
  }
}

TEST_F(SeedGenerators, TheStateIsAVariableThatCanBeSet) {
  const auto generator = SeedGenerator::make(5);
  generator->next();
  const Tensor held = generator->state()->stored_value();
  const uint64_t version = Variable::global_version();
  generator->next();
  EXPECT_EQ(held.item(1), 1);  // another handle does not change
  EXPECT_EQ(generator->state()->stored_value().item(1), 2);
  EXPECT_GT(Variable::global_version(), version);
  const uint64_t later = Variable::global_version();
  generator->next();  // not shared: plans stay valid
  EXPECT_EQ(Variable::global_version(), later);
  const std::array<uint32_t, 2> restart = {5, 0};
  generator->state()->assign(
      Tensor::from_bytes(std::as_bytes(std::span(restart)), {2}, DType::kUInt32));
  EXPECT_EQ(generator->next(), (random::Key{5, 0}));
}

TEST_F(SeedGenerators, ASeedMayBeAGenerator) {
  const json::Value record = json::Object{{"module", "keras.random"},
                                          {"class_name", "SeedGenerator"},
                                          {"config", json::Object{{"seed", 5}, {"name", "mine"}}},
                                          {"registered_name", nullptr}};
  const Seed seed = FieldTraits<Seed>::read(record);
  ASSERT_TRUE(seed.generator());
  EXPECT_EQ(json::write(FieldTraits<Seed>::write(seed)), json::write(record));
  EXPECT_EQ(draw_seed(seed), (random::Key{5, 0}));
  EXPECT_EQ(draw_seed(seed), (random::Key{5, 1}));
  EXPECT_EQ(draw_seed(7), (random::Key{7, 0}));
  EXPECT_EQ(draw_seed(7), (random::Key{7, 0}));
  EXPECT_THROW(SeedGenerator::make(seed), Error);
}

TEST_F(SeedGenerators, NamesComeFromTheirCounter) {
  reset_names();
  EXPECT_EQ(SeedGenerator::make(1)->name(), "seed_generator");
  EXPECT_EQ(SeedGenerator::make(1)->name(), "seed_generator_1");
  EXPECT_EQ(SeedGenerator::make(1, "x")->state()->path(), "x/seed_generator_state");
}

}  // namespace
}  // namespace keras
