// IntegerLookup: maps integers to indices (keras/src/layers/preprocessing/integer_lookup.py).
#include <charconv>

#include "base/error.h"
#include "layers/preprocessing/index_lookup.h"

namespace keras {
namespace {

class IntegerLookup final : public IndexLookup {
 public:
  IntegerLookup() { oov_token_ = json::Value(-1); }

  void validate() override {
    if (max_tokens_ && *max_tokens_ <= 1) {
      raise_value_error(
          {"If `max_tokens` is set for `IntegerLookup`, it must be greater than 1. "
           "Received: max_tokens=",
           std::to_string(*max_tokens_)});
    }
    if (num_oov_indices_ < 0) {
      raise_value_error(
          {"The value of `num_oov_indices` argument for `IntegerLookup` must >= 0. "
           "Received: num_oov_indices=",
           std::to_string(num_oov_indices_)});
    }
    if (vocabulary_dtype_ != "int64" && !sparse_) {
      raise_value_error(
          {"Only `vocabulary_dtype='int64'` is supported at this time. Received: vocabulary_dtype=",
           vocabulary_dtype_});
    }
    IndexLookup::validate();
  }

 protected:
  DType token_dtype() const override { return DType::kInt64; }

  void visit_vocabulary_dtype(FieldVisitor& f) override {
    f("vocabulary_dtype", vocabulary_dtype_, "int64.");
  }

  std::string numpy_repr(const json::Value& token) const override {
    return "np.int64(" + repr(token) + ")";
  }

  // As int(line).
  json::Value token_of_line(const std::string& line) const override {
    const size_t begin = line.find_first_not_of(" \t");
    const size_t end = line.find_last_not_of(" \t") + 1;
    int64_t value = 0;
    if (begin != line.npos) {
      const size_t sign = line[begin] == '+' ? 1 : 0;
      const char* last = line.data() + end;
      const auto parsed = std::from_chars(line.data() + begin + sign, last, value);
      if (parsed.ec == std::errc() && parsed.ptr == last) return value;
    }
    raise_value_error({"invalid literal for int() with base 10: ", repr_string(line)});
  }

 private:
  std::string vocabulary_dtype_ = "int64";
};

}  // namespace

KERAS_LAYER(IntegerLookup)

}  // namespace keras
