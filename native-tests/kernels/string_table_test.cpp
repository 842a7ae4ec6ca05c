#include "kernels/string_table.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "kernels/string_hash.h"

namespace keras::kernels {
namespace {

// A table that is built string by string, and its naive counterpart.
class Words {
 public:
  explicit Words(const std::vector<std::string>& words) : slots_(1024) {
    for (const std::string& word : words) add(word);
  }

  void add(const std::string& word) {
    bytes_ += word;
    ends_.push_back(bytes_.size());
    numbers_[word] = static_cast<int64_t>(ends_.size()) - 1;
    occupy(fingerprint64(word), numbers_[word]);
  }
  // The first free slot for the hash becomes that of string `number`.
  void occupy(uint64_t hash, int64_t number) {
    size_t at = hash % slots_.size();
    while (slots_[at].number != 0) at = (at + 1) % slots_.size();
    slots_[at] = {static_cast<uint32_t>(number + 1), static_cast<uint32_t>(hash >> 32)};
  }

  std::vector<int64_t> naive(const std::vector<std::string>& texts) const {
    std::vector<int64_t> numbers;
    for (const std::string& text : texts) {
      const auto found = numbers_.find(text);
      numbers.push_back(found == numbers_.end() ? -1 : found->second);
    }
    return numbers;
  }

  std::vector<int64_t> find(const std::vector<std::string>& texts) const {
    std::string block;
    std::vector<uint32_t> offsets{0};
    for (const std::string& text : texts) {
      block += text;
      offsets.push_back(static_cast<uint32_t>(block.size()));
    }
    std::vector<int64_t> numbers(texts.size(), -2);
    find_strings({slots_, bytes_.data(), ends_}, {block.data(), offsets.data()},
                 static_cast<int64_t>(texts.size()), numbers.data());
    return numbers;
  }

 private:
  std::vector<StringSlot> slots_;
  std::string bytes_;
  std::vector<size_t> ends_;
  std::map<std::string, int64_t> numbers_;
};

// Different strings of 0 to 39 bytes, among them those that differ in one byte.
std::vector<std::string> many_strings() {
  std::vector<std::string> strings{""};
  for (size_t size = 1; size < 40; ++size) {
    for (size_t changed = 0; changed < size; changed += 3) {
      std::string text(size, 'a');
      text[changed] = static_cast<char>('b' + changed % 20);
      strings.push_back(text);
    }
  }
  return strings;
}

TEST(FindStrings, FindsEachStringOfTheTable) {
  const std::vector<std::string> strings = many_strings();
  const std::vector<std::string> known(strings.begin(), strings.begin() + strings.size() / 2);
  const Words words(known);
  EXPECT_EQ(words.find(strings), words.naive(strings));
}

TEST(FindStrings, TakesAnyNumberOfStrings) {
  const Words words({"one", "two", "three"});
  const std::vector<std::string> cycle{"three", "zero", "one", "two", "tw"};
  for (const size_t count : std::vector<size_t>{0, 1, 63, 64, 65, 128, 200}) {
    std::vector<std::string> texts;
    for (size_t i = 0; i < count; ++i) texts.push_back(cycle[i % cycle.size()]);
    EXPECT_EQ(words.find(texts), words.naive(texts)) << count;
  }
}

TEST(FindStrings, ComparesBytesWhereHashesAreEqual) {
  Words words({"other"});
  words.occupy(fingerprint64("word"), 0);  // as if "other" had the hash of "word"
  EXPECT_EQ(words.find({"word"}), std::vector<int64_t>{-1});
  words.add("word");
  EXPECT_EQ(words.find({"word", "other"}), (std::vector<int64_t>{1, 0}));
}

}  // namespace
}  // namespace keras::kernels
