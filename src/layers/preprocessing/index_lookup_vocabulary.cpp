// The vocabulary of IndexLookup: given as a list, or read from an asset.
#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/lists.h"
#include "layers/preprocessing/index_lookup.h"
#include "layers/preprocessing/text_lines.h"
#include "ops/core.h"
#include "serialization/safe_mode.h"

namespace keras {
namespace {

constexpr std::string_view kVocabularyFile = "vocabulary.txt";

[[noreturn]] void refuse_file(const std::string& path) {
  if (in_safe_mode().value_or(false)) {
    raise_value_error(
        {"Requested the loading of a vocabulary file outside of the model archive. This carries a "
         "potential risk of loading arbitrary and sensitive files and thus it is disallowed by "
         "default. If you trust the source of the artifact, you can override this error by passing "
         "`safe_mode=False` to the loading function, or calling "
         "`keras.config.enable_unsafe_deserialization(). Vocabulary file: '",
         path, "'"});
  }
  raise_value_error(
      {"Vocabulary file ", path,
       " does not exist. Layers read no files: pass the lines of the file as a list."});
}

bool contains(const json::Array& tokens, const json::Value& token) {
  return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

std::string repr_list(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) append_item(text, item);
  return "[" + text + "]";
}

}  // namespace

json::Array IndexLookup::special_tokens() const {
  json::Array tokens;
  if (oov_start() == 1) tokens.push_back(mask_token_);
  for (int64_t i = 0; i < num_oov_indices_; ++i) tokens.push_back(oov_token_);
  return tokens;
}

// Refuses a special token between the others; `place` is "mask" or "OOV".
void IndexLookup::check_reserved(const json::Array& given, const json::Array& tokens,
                                 const json::Value& token, std::string_view place,
                                 std::string_view argument) const {
  if (token.is_null() || !contains(tokens, token)) return;
  const auto last = std::find(given.rbegin(), given.rend(), token);
  raise_value_error(
      {"Found reserved ", place,
       " token at unexpected location in `vocabulary`. Note that passed `vocabulary` does not need "
       "to include the OOV and mask tokens. Either remove all mask and OOV tokens, or include them "
       "only at the start of the vocabulary in precisely this order: ",
       repr(json::Value(special_tokens())), ". Received: ", argument, "=", python_str(token),
       " at vocabulary index [", std::to_string(given.rend() - last - 1), "]"});
}

std::shared_ptr<const TokenTable> IndexLookup::table_of(const json::Array& tokens) const {
  auto table = std::make_shared<TokenTable>();
  std::vector<int64_t> occurrences;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const auto number = static_cast<size_t>(
        at_path("[" + std::to_string(i) + "]", [&] { return add_token(*table, tokens[i]); }));
    if (number == occurrences.size()) occurrences.push_back(0);
    ++occurrences[number];
  }
  if (occurrences.size() == tokens.size()) return table;
  std::vector<std::string> repeated;
  for (size_t number = 0; number < occurrences.size(); ++number) {
    if (occurrences[number] < 2) continue;
    repeated.push_back(numpy_repr(token_of(*table, static_cast<int64_t>(number))));
  }
  raise_value_error(
      {"The passed vocabulary has at least one repeated term. Please uniquify your dataset. The "
       "repeated terms are: ",
       repr_list(repeated)});
}

int64_t IndexLookup::add_token(TokenTable& table, const json::Value& token) const {
  if (token_dtype() != DType::kString) return table.add(token.as_int());
  if (token.is_string()) return table.add(token.as_string());
  raise_value_error({"Failed to convert a NumPy array to a Tensor (Unsupported object type ",
                     python_type_name(token), ")."});
}

json::Value IndexLookup::token_of(const TokenTable& table, int64_t number) const {
  if (token_dtype() == DType::kString) return table.text(number);
  return table.integer(number);
}

void IndexLookup::set_vocabulary(const json::Value& given, const json::Value& idf_weights) {
  if (output_mode_ == "tf_idf") {
    if (idf_weights.is_null()) {
      raise_value_error({"`idf_weights` must be set if output_mode is 'tf_idf'."});
    }
  } else if (!idf_weights.is_null()) {
    raise_value_error(
        {"`idf_weights` should only be set if output_mode is `'tf_idf'`. Received: "
         "output_mode=",
         output_mode_, " and idf_weights=", repr(idf_weights)});
  }
  if (given.is_string()) refuse_file(given.as_string());
  const json::Array& vocabulary = given.as_array();
  if (vocabulary.empty()) {
    raise_value_error({"Cannot set an empty vocabulary. Received: vocabulary=[]"});
  }
  const json::Array special = special_tokens();
  const bool has_special = vocabulary.size() >= special.size() &&
                           std::equal(special.begin(), special.end(), vocabulary.begin());
  const json::Array tokens(
      vocabulary.begin() + static_cast<std::ptrdiff_t>(has_special ? special.size() : 0),
      vocabulary.end());
  const std::shared_ptr<const TokenTable> table = table_of(tokens);
  check_reserved(vocabulary, tokens, mask_token_, "mask", "mask_token");
  if (invert_) check_reserved(vocabulary, tokens, oov_token_, "OOV", "oov_token");
  const int64_t size = token_start() + table->size();
  if (max_tokens_ && size > *max_tokens_) {
    raise_value_error(
        {"Attempted to set a vocabulary larger than the maximum vocab size. Received vocabulary "
         "size is ",
         std::to_string(size), "; `max_tokens` is ", std::to_string(*max_tokens_), "."});
  }
  if (table->size() == 0) {
    // The error of TensorFlow's tables.
    raise_value_error({"keys and values cannot be empty tensors."});
  }
  use_tokens(table);
  record_vocabulary_size();
  if (output_mode_ == "tf_idf") set_idf_weights(idf_weights, vocabulary.size(), has_special);
}

// Pads the weights for special tokens in front, by their mean, and up to `max_tokens`, by zeros.
void IndexLookup::set_idf_weights(const json::Value& given, size_t vocabulary_size,
                                  bool has_special_tokens) {
  const json::Array& list = given.as_array();
  if (list.size() != vocabulary_size) {
    raise_value_error({"`idf_weights` must be the same length as vocabulary. len(idf_weights) is ",
                       std::to_string(list.size()), "; len(vocabulary) is ",
                       std::to_string(vocabulary_size)});
  }
  std::vector<float> weights;
  double sum = 0;
  bool are_integers = true;
  for (const json::Value& weight : list) {
    if (!weight.is_number()) {
      raise_value_error(
          {"TF-IDF data must be a 1-index array. Received: type(idf_weights)=<class "
           "'numpy.ndarray'>"});
    }
    weights.push_back(static_cast<float>(weight.as_double()));
    sum += weight.as_double();
    are_integers = are_integers && weight.is_int();
  }
  if (!has_special_tokens) {
    double mean = sum / static_cast<double>(weights.size());
    if (are_integers) mean = static_cast<double>(static_cast<int64_t>(mean));  // as NumPy's pad
    weights.insert(weights.begin(), static_cast<size_t>(token_start()), static_cast<float>(mean));
  }
  pad_idf_weights(weights);
}

void IndexLookup::pad_idf_weights(std::vector<float>& weights) {
  if (pad_to_max_tokens_ && static_cast<int64_t>(weights.size()) < *max_tokens_) {
    weights.resize(static_cast<size_t>(*max_tokens_));
  }
  idf_ = Tensor::from(weights, {static_cast<int64_t>(weights.size())});
}

void IndexLookup::use_tokens(std::shared_ptr<const TokenTable> tokens) {
  // Masked tokens are no category: encoded outputs skip the largest index.
  const int64_t masked = output_mode_ == "int" ? 0 : std::numeric_limits<int64_t>::max();
  table_ = std::make_shared<const LookupTable>(
      LookupTable::Settings{.tokens = std::move(tokens),
                            .mask_token = mask_token_,
                            .oov_token = oov_token_,
                            .mask_index = masked,
                            .oov_start = oov_start(),
                            .oov_indices = num_oov_indices_,
                            .hashes_integers = oov_method_ == "farmhash",
                            .salt = key_});
  Variable::count_change();
}

void IndexLookup::copy_vocabulary(const VocabularyHolder& source) {
  const auto* other = dynamic_cast<const IndexLookup*>(&source);
  if (other == nullptr || !other->table_ || !vocabulary_->is_null()) return;
  use_tokens(other->table_->shared_tokens());
  idf_ = other->idf_;
  frozen_size_ = other->frozen_size_;
}

int64_t IndexLookup::vocabulary_size() const {
  return token_start() + (table_ ? table_->tokens().size() : 0);
}

void IndexLookup::record_vocabulary_size() {
  const int64_t size = vocabulary_size();
  if (output_mode_ != "int" && !pad_to_max_tokens_ && frozen_size_ && size != *frozen_size_) {
    raise_runtime_error({"When using `output_mode=", output_mode_,
                         "` and `pad_to_max_tokens=False`, the vocabulary size cannot be changed "
                         "after the layer is called. Old vocab size is ",
                         std::to_string(*frozen_size_), ", new vocab size is ",
                         std::to_string(size)});
  }
  frozen_size_ = size;
}

json::Array IndexLookup::vocabulary(bool special) const {
  json::Array tokens;
  if (special) tokens = special_tokens();
  if (!table_) return tokens;
  const TokenTable& known = table_->tokens();
  tokens.reserve(tokens.size() + static_cast<size_t>(known.size()));
  for (int64_t i = 0; i < known.size(); ++i) tokens.push_back(token_of(known, i));
  return tokens;
}

// --- Assets ---

AssetFiles IndexLookup::saved_assets() const {
  if (!vocabulary_->is_null()) return {};  // the config has it
  std::string text;
  bool is_first = true;
  for (const json::Value& token : vocabulary()) {
    if (!is_first) text += '\n';
    is_first = false;
    text += python_str(token);
  }
  return {{std::string(kVocabularyFile), std::move(text)}};
}

void IndexLookup::load_assets(const AssetFiles& files, const std::string& folder) {
  if (!vocabulary_->is_null()) return;
  const auto file = std::find_if(files.begin(), files.end(),
                                 [](const auto& entry) { return entry.first == kVocabularyFile; });
  if (file == files.end()) {
    raise_value_error(
        {"[Errno 2] No such file or directory: '", folder, "/", kVocabularyFile, "'"});
  }
  std::vector<std::string> lines = split_lines(file->second);
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  json::Array tokens;
  tokens.reserve(lines.size());
  for (const std::string& line : lines) tokens.push_back(token_of_line(line));
  json::Value weights;
  if (output_mode_ == "tf_idf") {
    weights = json::Array();
    for (const float weight : known_idf_weights().span<float>()) {
      weights.as_array().emplace_back(double{weight});
    }
    // Stored weights are padded; Keras refuses them.
    if (pad_to_max_tokens_ && weights.as_array().size() > tokens.size()) {
      weights.as_array().resize(tokens.size());
    }
  }
  set_vocabulary(tokens, weights);
}

}  // namespace keras
