// Registers the built-in classes before all tests.
#include <gtest/gtest.h>

#include "models/builtins.h"

namespace keras::testing {
namespace {

class Builtins : public ::testing::Environment {
 public:
  void SetUp() override { register_builtins(); }
};

const auto* const kEnvironment = ::testing::AddGlobalTestEnvironment(new Builtins);

}  // namespace
}  // namespace keras::testing
