#include "serialization/nest.h"

#include "testing/keras_answers.h"

namespace keras {
namespace {

Nest::Dict dict(std::vector<Nest::Member> members) {
  Nest::Dict out;
  out.members = std::move(members);
  return out;
}

TEST(Nest, FlattensDictsByKeyAndSequencesInOrder) {
  const Nest nest = Nest::list({1, Nest::tuple({2, nullptr}), dict({{"b", 4}, {"a", 3}})});
  std::string leaves;
  for (const Nest& leaf : flatten(nest)) leaves += repr(leaf) + " ";
  EXPECT_EQ(leaves, "1 2 None 3 4 ");
}

TEST(Nest, MapsAndPacksInThatOrderButKeepsTheInsertionOrder) {
  const Nest nest = dict({{"b", Nest::list({1})}, {"a", 2}});
  int next = 10;
  const Nest mapped = map_structure(nest, [&](const Nest&) -> Nest { return next++; });
  EXPECT_EQ(repr(mapped), "{'b': [11], 'a': 10}");
  EXPECT_EQ(repr(pack_as(nest, {Nest("x"), Nest("y")})), "{'b': ['y'], 'a': 'x'}");
  EXPECT_TRUE(same_structure(nest, mapped));
}

TEST(Nest, KnowsTheSameStructure) {
  const Nest list = Nest::list({1, 2});
  const Nest tuple = Nest::tuple({3, 4});
  EXPECT_FALSE(same_structure(list, tuple));
  EXPECT_TRUE(same_structure(list, tuple, /*strict=*/false));
  EXPECT_FALSE(same_structure(list, Nest::list({1})));
  EXPECT_FALSE(same_structure(dict({{"a", 1}}), dict({{"b", 1}})));
  EXPECT_TRUE(same_structure(dict({{"a", 1}, {"b", 2}}), dict({{"b", 1}, {"a", 2}})));
  EXPECT_FALSE(same_structure(list, 3));
}

TEST(Nest, PrintsAsPython) {
  EXPECT_EQ(repr(Nest::tuple({1})), "(1,)");
  EXPECT_EQ(repr(Nest::tuple({1.0, true, "x"})), "(1.0, True, 'x')");
  EXPECT_EQ(repr(Nest(Nest::Ellipsis{})), "Ellipsis");
  EXPECT_EQ(python_type(Nest(1)), "<class 'int'>");
  EXPECT_EQ(python_type(Nest::list({})), "<class 'list'>");
  EXPECT_EQ(python_type(Nest()), "<class 'NoneType'>");
}

TEST(Nest, NoTensorIsNone) {
  EXPECT_TRUE(Nest(Tensor()).is_none());
  EXPECT_TRUE(Nest(Tensor::scalar(1)).is_tensor());
  EXPECT_EQ(flatten_tensors(Nest::list({Tensor::scalar(1), 2, Tensor::scalar(3)})).size(), 2u);
}

TEST(Nest, PackRefusesTheWrongNumberOfLeaves) {
  EXPECT_THROW(pack_as(Nest::list({1, 2}), {Nest(1)}), Error);
  EXPECT_THROW(pack_as(Nest::list({1}), {Nest(1), Nest(2)}), Error);
}

}  // namespace
}  // namespace keras
