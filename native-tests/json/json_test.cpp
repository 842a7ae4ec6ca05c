#include <bit>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <utility>

#include "json/parse.h"
#include "json/repr.h"
#include "json/write.h"
#include "testing/exact_rows.h"
#include "testing/keras_answers.h"

namespace keras::json {
namespace {

TEST(Json, PrintsAndWritesAsPython) {
  const Value rows = keras::testing::read_rows("families/text.json");
  for (const Value& row : rows.as_object().at("rows").as_array()) {
    SCOPED_TRACE(row.as_object().at("json").as_string());
    const Value& value = row.as_object().at("value");
    EXPECT_EQ(repr(value), row.as_object().at("repr").as_string());
    EXPECT_EQ(write(value), row.as_object().at("json").as_string());
    const Value again = parse(write(value));
    EXPECT_EQ(again, value);
    EXPECT_EQ(again.is_int(), value.is_int());
  }
}

TEST(Json, KeepsIntegersApartFromFloats) {
  EXPECT_TRUE(parse("1").is_int());
  EXPECT_TRUE(parse("1.0").is_double());
  EXPECT_TRUE(parse("1e2").is_double());
  EXPECT_EQ(write(parse("[1, 1.0, -0.0, 1e2]")), "[1, 1.0, -0.0, 100.0]");
  EXPECT_EQ(parse("1"), parse("1.0"));  // as in Python
  EXPECT_EQ(parse("9223372036854775807").as_int(), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(parse("9223372036854775808").as_double(), 9223372036854775808.0);
}

TEST(Json, ReadsAndWritesNaNAndInfinity) {
  const Value value = parse(R"({"a": NaN, "b": [Infinity, -Infinity], "NaN": "Infinity \" NaN"})");
  EXPECT_EQ(write(value), R"({"a": NaN, "b": [Infinity, -Infinity], "NaN": "Infinity \" NaN"})");
  EXPECT_TRUE(value.find("a")->is_double());
  EXPECT_EQ(value, parse(write(value)));  // a config equals its own copy
}

TEST(Json, KeepsTheOrderOfKeysButComparesWithoutIt) {
  const Value a = parse(R"({"b": 1, "a": 2})");
  EXPECT_EQ(write(a), R"({"b": 1, "a": 2})");
  EXPECT_EQ(a, parse(R"({"a": 2, "b": 1})"));
  EXPECT_NE(a, parse(R"({"a": 2, "c": 1})"));
}

TEST(Json, TheLastOfEqualKeysCounts) {
  EXPECT_EQ(write(parse(R"({"a": 1, "b": 2, "a": 3})")), R"({"a": 3, "b": 2})");
  // The same for an object that is read with an index.
  std::string text = "{";
  for (int i = 0; i < 100; ++i)
    text += "\"k" + std::to_string(i % 50) + "\": " + std::to_string(i) + ", ";
  text.replace(text.size() - 2, 2, "}");
  const Value value = parse(text);
  ASSERT_EQ(value.as_object().size(), 50u);
  EXPECT_EQ(value.as_object().begin()->first, "k0");
  EXPECT_EQ(value.as_object().begin()->second.as_int(), 50);
}

TEST(Json, ReadsAHugeObjectInLinearTime) {
  std::string text = "{";
  for (int i = 0; i < 200'000; ++i) text += "\"key" + std::to_string(i) + "\": 0,";
  text.back() = '}';
  EXPECT_EQ(parse(text).as_object().size(), 200'000u);
}

TEST(Json, RefusesEveryTruncation) {
  const std::string text = R"({"a": [1, 2.5, "x\ny", null, true], "b": {"c": NaN}})";
  ASSERT_NO_THROW(parse(text));
  for (size_t n = 0; n < text.size(); ++n) {
    try {
      parse(text.substr(0, n));
      ADD_FAILURE() << "accepted " << text.substr(0, n);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kJSONDecodeError);
    }
  }
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* text : {"", " ", "hello", "{'a': 1}", R"({"a": 1,})", "[1,]", "[1 2]", "1x",
                           "{\"a\"}", "\"\x01\"", "nul", "[-NaN]", "\"\xff\xfe\"", "{}{}"}) {
    EXPECT_THROW(parse(text), Error) << text;
  }
}

TEST(Json, ReadsWhatItWroteBitByBit) {
  uint64_t state = 1;
  for (int i = 0; i < 100'000; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    double value = std::bit_cast<double>(state);
    if (i % 2 == 0)
      value = std::round(std::fmod(value, 1e9)) / 1e4;  // as short as numbers in configs
    if (!std::isfinite(value)) continue;
    EXPECT_EQ(std::bit_cast<uint64_t>(parse(write(value)).as_double()),
              std::bit_cast<uint64_t>(value))
        << write(value);
  }
}

TEST(Json, ReadsDecimalsAsTheNearestDouble) {
  uint64_t state = 1;
  const auto draw = [&](uint64_t count) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % count;
  };
  for (int i = 0; i < 20'000; ++i) {
    std::string text = draw(2) == 0 ? "-" : "";
    text += std::to_string(draw(10)) + ".";
    for (uint64_t left = 1 + draw(18); left > 0; --left) text += std::to_string(draw(10));
    if (draw(2) == 0) {
      text += (draw(2) == 0 ? "e" : "E") + std::string(draw(2) == 0 ? "" : "+");
      if (text.back() != '+' && draw(2) == 0) text += "-";
      text += std::to_string(draw(30));
    }
    EXPECT_EQ(std::bit_cast<uint64_t>(parse(text).as_double()),
              std::bit_cast<uint64_t>(std::strtod(text.c_str(), nullptr)))
        << text;
  }
  EXPECT_TRUE(std::signbit(parse("-0.0").as_double()));
  EXPECT_EQ(parse("0e400").as_double(), 0);
}

TEST(Json, WritesTheFewestDigits) {
  for (const auto& [value, text] : std::initializer_list<std::pair<double, const char*>>{
           {0.1, "0.1"},
           {0.1 + 0.2, "0.30000000000000004"},
           {1e22, "1e+22"},
           {123456789012345680.0, "1.2345678901234568e+17"},
           {std::ldexp(1.0, -44),
            "5.684341886080802e-14"},  // the double below is nearer than that above
           {5e-324, "5e-324"},
           {2.2250738585072014e-308, "2.2250738585072014e-308"},
           {std::numeric_limits<double>::max(), "1.7976931348623157e+308"}}) {
    EXPECT_EQ(write(value), text);
  }
}

TEST(Json, ReadsEscapesAndOtherScripts) {
  EXPECT_EQ(parse(R"("\u0041\n\"\\\/ \u00e9 \ud83d\ude00")").as_string(),
            "A\n\"\\/ \u00e9 \U0001F600");
  EXPECT_EQ(parse("\xef\xbb\xbf \"\u65e5\U0001F600\"").as_string(), "\u65e5\U0001F600");
  for (const char* text :
       {R"("\ud83d")", R"("\ud83d\u0041")", R"("\ude00")", R"("\x41")", R"("\u00g0")",
        "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe6\x97\"", "01", "1.",
        ".5", "+1", "1e", "-", "tru", "nan"}) {
    EXPECT_THROW(parse(text), Error) << text;
  }
}

TEST(Json, RefusesDeepNestingAndTakesWhatModelsNeed) {
  const auto nested = [](int depth) {
    return std::string(static_cast<size_t>(depth), '[') +
           std::string(static_cast<size_t>(depth), ']');
  };
  EXPECT_NO_THROW(parse(nested(kMaxDepth)));
  for (int depth : {kMaxDepth + 1, 1'000'000}) {
    try {
      parse(nested(depth));
      ADD_FAILURE() << depth;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kJSONDecodeError);
      EXPECT_STREQ(error.what(),
                   "JSON is nested more deeply than 512 levels (Python's json raises "
                   "RecursionError at about 1000)");
    }
  }
}

TEST(JsonValue, NamesTheExpectedType) {
  try {
    Value("many").as_int();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kTypeError);
    EXPECT_STREQ(error.what(), "Expected an integer, received 'many' (of type str)");
  }
  EXPECT_EQ(Value(3.0).as_int(), 3);
  EXPECT_THROW(Value(3.5).as_int(), Error);
  EXPECT_THROW(Value(1e300).as_int(), Error);
  EXPECT_THROW(Value(std::numeric_limits<double>::quiet_NaN()).as_int(), Error);
  EXPECT_THROW(Value(true).as_double(), Error);
  EXPECT_THROW(Value(1).as_bool(), Error);
}

TEST(JsonValue, TakesAPartOfItself) {
  Value copied = parse(R"([["long enough to be on the heap", {"a": 1}], 2])");
  copied = copied.as_array()[0];
  EXPECT_EQ(write(copied), R"(["long enough to be on the heap", {"a": 1}])");
  copied = std::move(copied.as_array()[1]);
  EXPECT_EQ(write(copied), R"({"a": 1})");
  const Value& same = copied;
  copied = same;
  EXPECT_EQ(write(copied), R"({"a": 1})");
}

TEST(JsonValue, CopiesAndMovesEveryKind) {
  for (const char* text : {"null", "true", "7", "7.5", R"("text")", "[1, [2]]", R"({"a": {}})"}) {
    Value original = parse(text);
    Value copy = original;
    EXPECT_EQ(write(copy), text);
    EXPECT_EQ(copy, original);
    const Value moved = std::move(copy);
    EXPECT_EQ(write(moved), text);
    for (const char* before : {"null", "1", R"("other text that is long")", "[3]", R"({"b": 4})"}) {
      Value target = parse(before);
      target = original;
      EXPECT_EQ(write(target), text);
      target = parse(before);
      target = Value(original);
      EXPECT_EQ(write(target), text);
    }
  }
}

TEST(JsonObject, MissingKeysAreKeyErrors) {
  Object object{{"a", 1}};
  try {
    object.at("b");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kKeyError);
    EXPECT_STREQ(error.what(), "'b'");
  }
  EXPECT_EQ(object.take("a").as_int(), 1);
  EXPECT_TRUE(object.empty());
  EXPECT_THROW(object.take("a"), Error);
}

}  // namespace
}  // namespace keras::json
