// Compares results with Keras's: a JSON value, or an error's kind and message.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <string>

#include "base/error.h"
#include "json/repr.h"
#include "json/value.h"
#include "json/write.h"

namespace keras::testing {

// Removes what differs by nature: Python's class paths, addresses, the order of sets.
inline std::string neutral(std::string text) {
  text = std::regex_replace(text, std::regex(R"(<class '[\w.]*?(\w+)'>)"), "<class '$1'>");
  text = std::regex_replace(text, std::regex(" at 0x[0-9a-f]+"), "");
  static const std::regex set(R"(\{('\w+'(?:, '\w+')*)\})");
  for (std::smatch match; std::regex_search(text, match, set);) {
    std::set<std::string> items;
    const std::string inside = match[1];
    for (size_t from = 0; from <= inside.size();) {
      const size_t to = std::min(inside.find(", ", from), inside.size());
      items.insert(inside.substr(from, to - from));
      from = to + 2;
    }
    std::string sorted = "{set:";
    for (const std::string& item : items) sorted += " " + item;
    text = match.prefix().str() + sorted + "}" + match.suffix().str();
  }
  return text;
}

// `row` has `result` (or "same" as `config`) or `error`; `call` returns a JSON value or throws.
template <class Fn>
void expect_answer(const json::Value& row, Fn&& call) {
  const json::Value* error = row.find("error");
  json::Value result;
  try {
    result = call();
  } catch (const Error& thrown) {
    const std::string sentence =
        std::string(error_kind_name(thrown.kind())) + ": " + neutral(thrown.what());
    if (error == nullptr) {
      ADD_FAILURE() << "Keras answers " << repr(*row.find("result")) << "\nwe throw " << sentence;
      return;
    }
    std::string expected = error->as_object().at("kind").as_string();
    if (const json::Value* message = error->find("message")) {
      expected += ": " + neutral(message->as_string());
      EXPECT_EQ(sentence, expected);
    } else {
      EXPECT_EQ(error_kind_name(thrown.kind()), expected);
    }
    return;
  }
  if (error != nullptr) {
    ADD_FAILURE() << "Keras throws " << repr(*error) << "\nwe answer " << repr(result);
    return;
  }
  const json::Value& expected = row.as_object().at("result");
  const json::Value* config = row.find("config");
  const bool same = config != nullptr && expected == json::Value("same");
  // As text, so that the order of keys matters and 1 differs from 1.0.
  EXPECT_EQ(json::write(result), json::write(same ? *config : expected));
}

}  // namespace keras::testing
