#include "base/regex.h"

#include <algorithm>
#include <bitset>
#include <cctype>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace keras {
namespace {

using Positions = std::vector<bool>;  // reachable end positions of a match

// A parsed regex. Matching tracks the set of all reachable positions at once.
struct Regex {
  enum Kind { kBytes, kStart, kEnd, kSequence, kChoice, kRepeat } kind = kSequence;
  std::bitset<256> bytes{};
  std::vector<Regex> parts{};
  int minimum = 0;
  int maximum = -1;  // -1: unlimited
};

constexpr int kMaxRepeat = 1000;
constexpr int kMaxDepth = 100;
constexpr size_t kMaxWork = 10'000'000;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Regex parse() {
    Regex all = choice();
    if (at_ < text_.size()) fail("unbalanced parenthesis");
    return all;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    raise_value_error({"'", std::string(text_), "' is not a supported regular expression: ", why,
                       " at position ", std::to_string(at_)});
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  char next() {
    if (at_ >= text_.size()) fail("unexpected end");
    return text_[at_++];
  }

  Regex choice() {
    if (++depth_ > kMaxDepth) fail("too deep");
    Regex out{.kind = Regex::kChoice};
    do out.parts.push_back(sequence());
    while (take('|'));
    --depth_;
    return out;
  }

  Regex sequence() {
    Regex out{.kind = Regex::kSequence};
    while (at_ < text_.size() && text_[at_] != '|' && text_[at_] != ')') {
      out.parts.push_back(repeated(atom()));
    }
    return out;
  }

  Regex repeated(Regex atom) {
    std::pair<int, int> times{1, 1};
    if (take('*')) {
      times = {0, -1};
    } else if (take('+')) {
      times = {1, -1};
    } else if (take('?')) {
      times = {0, 1};
    } else if (at_ < text_.size() && text_[at_] == '{' && !braces(times)) {
      return atom;
    }
    if (times == std::pair{1, 1}) return atom;
    take('?');  // lazy: matches the same strings
    if (at_ < text_.size() && (text_[at_] == '*' || text_[at_] == '+')) fail("multiple repeat");
    Regex out{.kind = Regex::kRepeat, .minimum = times.first, .maximum = times.second};
    out.parts.push_back(std::move(atom));
    return out;
  }

  // `{2}`, `{2,}`, `{,3}`, `{2,3}`. As in Python, anything else is a literal brace.
  bool braces(std::pair<int, int>& times) {
    const size_t start = at_++;
    const int low = number();
    int high = low;
    if (take(',')) {
      high = number();
    } else if (low < 0) {
      at_ = start;
      return false;
    }
    if (!take('}')) {
      at_ = start;
      return false;
    }
    times = {low < 0 ? 0 : low, high};
    return true;
  }

  int number() {
    int value = -1;
    while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_]))) {
      value = (value < 0 ? 0 : value) * 10 + (text_[at_++] - '0');
      if (value > kMaxRepeat) fail("a repeat of more than " + std::to_string(kMaxRepeat));
    }
    return value;
  }

  Regex atom() {
    const char c = next();
    Regex out{.kind = Regex::kBytes};
    switch (c) {
      case '(':
        if (take('?') && !take(':')) fail("unknown extension");
        out = choice();
        if (!take(')')) fail("missing )");
        return out;
      case '[':
        out.bytes = set();
        return out;
      case '.':
        out.bytes.set();
        out.bytes.reset('\n');
        return out;
      case '^':
        return {.kind = Regex::kStart};
      case '$':
        return {.kind = Regex::kEnd};
      case '\\':
        out.bytes = escape();
        return out;
      case '*':
      case '+':
      case '?':
        fail("nothing to repeat");
      default:
        out.bytes.set(static_cast<unsigned char>(c));
        return out;
    }
  }

  std::bitset<256> escape() {
    const char c = next();
    std::bitset<256> bytes;
    const int lower = std::tolower(static_cast<unsigned char>(c));
    if (lower == 'd' || lower == 'w' || lower == 's') {
      for (int b = 0; b < 256; ++b) {
        // Non-ASCII letters count as word characters.
        const bool in = lower == 'd'   ? b < 128 && std::isdigit(b)
                        : lower == 'w' ? b >= 128 || std::isalnum(b) || b == '_'
                                       : b < 128 && std::isspace(b);
        bytes.set(static_cast<size_t>(b), in != (c != lower));
      }
      return bytes;
    }
    if (std::isalnum(static_cast<unsigned char>(c))) fail("unknown escape");
    bytes.set(static_cast<unsigned char>(c));
    return bytes;
  }

  std::bitset<256> set() {
    std::bitset<256> bytes;
    const bool negated = take('^');
    bool first = true;
    while (first || !take(']')) {
      first = false;
      const char c = next();
      if (c == '\\') {
        bytes |= escape();
        continue;
      }
      const bool range = at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']';
      if (range) ++at_;
      const auto low = static_cast<unsigned char>(c);
      const auto high = static_cast<unsigned char>(range ? next() : c);
      if (high < low) fail("bad character range");
      for (int b = low; b <= high; ++b) bytes.set(static_cast<size_t>(b));
    }
    return negated ? ~bytes : bytes;
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
};

void add(Positions& to, const Positions& more) {
  for (size_t i = 0; i < to.size(); ++i) to[i] = to[i] || more[i];
}

class Matching {
 public:
  Matching(std::string_view regex, std::string_view text) : regex_(regex), text_(text) {}

  Positions ends() {
    const Regex parsed = Parser(regex_).parse();
    Positions start(text_.size() + 1);
    start[0] = true;
    return step(parsed, start);
  }

 private:
  // Regexes come from untrusted files, and nested counts multiply the work.
  void work(size_t amount) {
    work_ += amount;
    if (work_ <= kMaxWork) return;
    raise_value_error(
        {"'", shortened(regex_), "' takes too long to match '", shortened(text_), "'"});
  }

  static std::string shortened(std::string_view text) {
    return text.size() <= 100 ? std::string(text) : std::string(text.substr(0, 100)) + "...";
  }

  Positions repeat(const Regex& regex, const Positions& from) {
    const Regex& part = regex.parts[0];
    Positions reached = from;  // after exactly `round` rounds
    int round = 0;
    for (; round < regex.minimum; ++round) {
      Positions next = step(part, reached);
      if (next == reached) break;  // a fixed point
      reached = std::move(next);
    }
    // From here on, only new positions lead to further new ones.
    Positions to = reached;
    for (; regex.maximum < 0 || round < regex.maximum; ++round) {
      Positions next = step(part, reached);
      bool any = false;
      for (size_t i = 0; i < to.size(); ++i) {
        next[i] = next[i] && !to[i];
        any = any || next[i];
      }
      if (!any) break;
      add(to, next);
      reached = std::move(next);
    }
    return to;
  }

  Positions step(const Regex& regex, const Positions& from) {
    work(from.size());
    Positions to(from.size());
    switch (regex.kind) {
      case Regex::kBytes:
        for (size_t i = 0; i < text_.size(); ++i) {
          if (from[i] && regex.bytes[static_cast<unsigned char>(text_[i])]) to[i + 1] = true;
        }
        return to;
      case Regex::kStart:
        to[0] = from[0];
        return to;
      case Regex::kEnd:
        to.back() = from.back();
        return to;
      case Regex::kSequence:
        to = from;
        for (const Regex& part : regex.parts) to = step(part, to);
        return to;
      case Regex::kChoice:
        for (const Regex& part : regex.parts) add(to, step(part, from));
        return to;
      case Regex::kRepeat:
        break;
    }
    return repeat(regex, from);
  }

  std::string_view regex_;
  std::string_view text_;
  size_t work_ = 0;
};

Positions ends(std::string_view regex, std::string_view text) {
  return Matching(regex, text).ends();
}

}  // namespace

bool full_match(std::string_view regex, std::string_view text) { return ends(regex, text).back(); }

bool start_match(std::string_view regex, std::string_view text) {
  const Positions reached = ends(regex, text);
  return std::find(reached.begin(), reached.end(), true) != reached.end();
}

}  // namespace keras
