#include "tree/tree.h"

#include "testing/keras_answers.h"

namespace keras {
namespace {

Tree::Dict dict(std::vector<Tree::Member> members) {
  Tree::Dict out;
  out.members = std::move(members);
  return out;
}

TEST(Tree, FlattensDictsByKeyAndSequencesInOrder) {
  const Tree tree = Tree::list({1, Tree::tuple({2, nullptr}), dict({{"b", 4}, {"a", 3}})});
  std::string leaves;
  for (const Tree& leaf : flatten(tree)) leaves += repr(leaf) + " ";
  EXPECT_EQ(leaves, "1 2 None 3 4 ");
}

TEST(Tree, MapsAndPacksInLeafOrderButKeepsTheInsertionOrder) {
  const Tree tree = dict({{"b", Tree::list({1})}, {"a", 2}});
  int next = 10;
  const Tree mapped = map_structure(tree, [&](const Tree&) -> Tree { return next++; });
  EXPECT_EQ(repr(mapped), "{'b': [11], 'a': 10}");
  EXPECT_EQ(repr(pack_as(tree, {Tree("x"), Tree("y")})), "{'b': ['y'], 'a': 'x'}");
  EXPECT_TRUE(same_structure(tree, mapped));
}

TEST(Tree, ComparesStructures) {
  const Tree list = Tree::list({1, 2});
  const Tree tuple = Tree::tuple({3, 4});
  EXPECT_FALSE(same_structure(list, tuple));
  EXPECT_TRUE(same_structure(list, tuple, /*strict=*/false));
  EXPECT_FALSE(same_structure(list, Tree::list({1})));
  EXPECT_FALSE(same_structure(dict({{"a", 1}}), dict({{"b", 1}})));
  EXPECT_TRUE(same_structure(dict({{"a", 1}, {"b", 2}}), dict({{"b", 1}, {"a", 2}})));
  EXPECT_FALSE(same_structure(list, 3));
}

TEST(Tree, PrintsAsPython) {
  EXPECT_EQ(repr(Tree::tuple({1})), "(1,)");
  EXPECT_EQ(repr(Tree::tuple({1.0, true, "x"})), "(1.0, True, 'x')");
  EXPECT_EQ(repr(Tree(Tree::Ellipsis{})), "Ellipsis");
  EXPECT_EQ(python_type(Tree(1)), "<class 'int'>");
  EXPECT_EQ(python_type(Tree::list({})), "<class 'list'>");
  EXPECT_EQ(python_type(Tree()), "<class 'NoneType'>");
}

TEST(Tree, ANullTensorIsNone) {
  EXPECT_TRUE(Tree(Tensor()).is_none());
  EXPECT_TRUE(Tree(Tensor::scalar(1)).is_tensor());
  EXPECT_EQ(flatten_tensors(Tree::list({Tensor::scalar(1), 2, Tensor::scalar(3)})).size(), 2u);
}

TEST(Tree, PackRefusesTheWrongNumberOfLeaves) {
  EXPECT_THROW(pack_as(Tree::list({1, 2}), {Tree(1)}), Error);
  EXPECT_THROW(pack_as(Tree::list({1}), {Tree(1), Tree(2)}), Error);
}

}  // namespace
}  // namespace keras
