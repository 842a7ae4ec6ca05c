// How IndexLookup learns a vocabulary: tokens by descending frequency, equally frequent ones by
// descending token.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/sort.h"
#include "layers/preprocessing/index_lookup.h"
#include "ops/core.h"

namespace keras {
namespace {

// The ends of rows of `width` tokens.
std::vector<int64_t> row_ends(int64_t rows, int64_t width) {
  std::vector<int64_t> ends(static_cast<size_t>(rows));
  for (int64_t row = 0; row < rows; ++row) ends[static_cast<size_t>(row)] = (row + 1) * width;
  return ends;
}

}  // namespace

void IndexLookup::adapt(const Tensor& data) {
  reset_state();
  const Shape& shape = data.shape();
  update_state(shape.rank() == 1 ? data.reshaped(shape.concat({1})) : data);
  finalize_state();
}

void IndexLookup::reset_state() {
  if (has_input_vocabulary_) return;
  seen_ = {};
  counts_.clear();
  document_counts_.clear();
  documents_ = 0;
}

void IndexLookup::update_state(const Tensor& batch) {
  Tensor data = tokens_to_count(batch);
  // A vector is a single document.
  const Shape& shape = data.shape();
  if (shape.rank() < 2) data = data.reshaped({1, shape.size()});
  if (output_mode_ == "tf_idf" && data.rank() > 2) {
    raise_value_error({"unique expects a 1D vector."});
  }
  const int64_t rows = data.shape()[0];
  count_documents(data, row_ends(rows, rows == 0 ? 0 : data.size() / rows));
}

Tensor IndexLookup::tokens_to_count(const Tensor& batch) const {
  const bool strings = token_dtype() == DType::kString;
  if (strings == (batch.dtype() == DType::kString)) return strings ? batch : ops::to_int64(batch);
  raise_type_error({"Cast ", dtype_name(batch.dtype()), " to ", dtype_name(token_dtype()),
                    " is not supported: layer '", name(), "' learns ",
                    strings ? "strings" : "integers", "."});
}

void IndexLookup::count_documents(const Tensor& tokens, const std::vector<int64_t>& ends) {
  if (has_input_vocabulary_) {
    raise_value_error({"Cannot adapt layer '", name(),
                       "' after setting a static vocabulary via `vocabulary` argument or "
                       "`set_vocabulary()` method."});
  }
  std::vector<int64_t> last_document(counts_.size(), -1);  // of each token
  int64_t position = 0;
  size_t document = 0;
  for_each_token(tokens, [&](auto token) {
    while (document < ends.size() && position >= ends[document]) ++document;
    ++position;
    const auto number = static_cast<size_t>(seen_.add(token));
    if (number == counts_.size()) {
      counts_.push_back(0);
      document_counts_.push_back(0);
      last_document.push_back(-1);
    }
    ++counts_[number];
    if (last_document[number] == static_cast<int64_t>(document)) return;
    last_document[number] = static_cast<int64_t>(document);
    ++document_counts_[number];
  });
  documents_ += static_cast<int64_t>(ends.size());
}

void IndexLookup::finalize_state() {
  if (has_input_vocabulary_ || seen_.size() == 0) {
    if (output_mode_ == "tf_idf") known_idf_weights();
    record_vocabulary_size();
    return;
  }
  const std::vector<int64_t> order = tokens_by_frequency();
  auto tokens = std::make_shared<TokenTable>();
  for (const int64_t number : order) {
    if (token_dtype() == DType::kString) {
      tokens->add(seen_.text(number));
    } else {
      tokens->add(seen_.integer(number));
    }
  }
  if (tokens->size() == 0) raise_value_error({"keys and values cannot be empty tensors."});
  use_tokens(tokens);
  if (output_mode_ == "tf_idf") learn_idf_weights(order);
  reset_state();
  record_vocabulary_size();
}

// Without the special tokens, and as many as the vocabulary may have.
std::vector<int64_t> IndexLookup::tokens_by_frequency() const {
  const auto is_special = [&](int64_t number) {
    const json::Value token = token_of(seen_, number);
    return token == mask_token_.value || token == oov_token_.value;
  };
  std::vector<int64_t> order;
  for (int64_t number = 0; number < seen_.size(); ++number) {
    if (!is_special(number)) order.push_back(number);
  }
  const bool strings = token_dtype() == DType::kString;
  sort_stably(order, [&](int64_t a, int64_t b) {
    const int64_t first = counts_[static_cast<size_t>(a)], second = counts_[static_cast<size_t>(b)];
    if (first != second) return first > second;
    return strings ? seen_.text(a) > seen_.text(b) : seen_.integer(a) > seen_.integer(b);
  });
  if (max_tokens_) {
    // As Python's slice: a negative number counts from the end.
    const auto size = static_cast<int64_t>(order.size());
    const int64_t most = *max_tokens_ - token_start();
    order.resize(static_cast<size_t>(std::clamp(most < 0 ? size + most : most, int64_t{0}, size)));
  }
  return order;
}

void IndexLookup::learn_idf_weights(const std::vector<int64_t>& order) {
  std::vector<float> weights;
  float sum = 0;
  for (const int64_t number : order) {
    const auto documents = static_cast<double>(document_counts_[static_cast<size_t>(number)]);
    weights.push_back(
        static_cast<float>(std::log(1 + static_cast<double>(documents_) / (1 + documents))));
    sum += weights.back();
  }
  weights.insert(weights.begin(), static_cast<size_t>(token_start()),
                 sum / static_cast<float>(weights.size()));
  pad_idf_weights(weights);
}

}  // namespace keras
