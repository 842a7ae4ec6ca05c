#include "initializers/signal_window.h"

#include "testing/keras_answers.h"
#include "testing/rows_of.h"

namespace keras {
namespace {

TEST(SignalWindow, EqualsSciPys) {
  for (const json::Value& row : testing::rows_of("families/windows.json", "rows")) {
    SCOPED_TRACE(repr(row));
    const std::string& name = row.find("name")->as_string();
    const int64_t size = row.find("size")->as_int();
    const bool periodic = row.find("periodic")->as_bool();
    if (row.find("error")) {
      testing::expect_answer(row, [&]() -> json::Value {
        signal_window(name, size, periodic);
        return nullptr;
      });
      continue;
    }
    const auto& expected = row.find("result")->as_array();
    const std::vector<double> window = signal_window(name, size, periodic);
    ASSERT_EQ(window.size(), expected.size());
    for (size_t i = 0; i < window.size(); ++i) {
      EXPECT_NEAR(window[i], expected[i].as_double(), 1e-15) << i;
    }
  }
}

}  // namespace
}  // namespace keras
