// TextVectorization: maps texts to the indices of their tokens
// (keras/src/layers/preprocessing/text_vectorization.py).
#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "graph/keras_tensor.h"
#include "kernels/categories.h"
#include "layers/preprocessing/string_lookup.h"
#include "layers/preprocessing/tokenizer.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "serialization/deserialize.h"
#include "serialization/function.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

using GivenName = Given<"string | null">;
using GivenFunction = Given<"string | LambdaBody | ObjectRecord | null">;

class TextVectorization final : public Layer,
                                public Adaptable,
                                public VocabularyHolder,
                                public CustomSaving,
                                public AssetHolder {
 public:
  void configure(const json::Object& config) override {
    json::Object own = config;
    for (const char* key : {"has_input_vocabulary", "vocabulary_size"}) {
      if (const json::Value* given = own.find(key)) lookup_options_.set(key, *given);
      own.erase(key);
    }
    Layer::configure(own);
  }

  json::Object get_config() const override {
    json::Object config = Layer::get_config();
    config.set("vocabulary_size", vocabulary_size());
    return config;
  }

  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("max_tokens", max_tokens_, "Largest size of the vocabulary, special tokens included.");
    f("standardize", standardize_,
      "lower_and_strip_punctuation, lower, strip_punctuation, a function of the strings, or null.");
    f("split", split_, "whitespace, character or null.");
    f("ngrams", ngrams_, "Sizes of n-grams: a list, or the largest one.");
    f("output_mode", output_mode_, "int, one_hot, multi_hot, count or tf_idf.");
    f("output_sequence_length", given_length_, "Number of indices of each text.");
    f("pad_to_max_tokens", pad_to_max_tokens_,
      "Whether encoded outputs have `max_tokens` columns.");
    f("sparse", sparse_, "Sparse outputs are not supported.");
    f("ragged", ragged_, "Ragged outputs are not supported.");
    f("vocabulary", vocabulary_, "The tokens, unless `adapt` learns them.");
    f("idf_weights", idf_weights_, "Inverse document frequency of each token, for tf_idf.");
    f("encoding", encoding_, "Encoding of the strings; kept in the config.");
  }

  void validate() override {
    const std::string_view caller = class_info().class_name;
    for (const auto& [name, is_set] : {std::pair{"sparse", sparse_}, {"ragged", ragged_}}) {
      if (!is_set) continue;
      raise_value_error({"`", name, "=True` can only be used with the TensorFlow backend."});
    }
    if (standardize_->may_be_keras_object()) {
      at_path("standardize", [&] { read_standardize_function(); });
    } else if (!standardize_->is_null()) {
      validate_string_arg(python_str(standardize_),
                          {"lower_and_strip_punctuation", "lower", "strip_punctuation"}, caller,
                          "standardize");
    }
    if (!split_->is_null()) {
      validate_string_arg(python_str(split_), {"whitespace", "character"}, caller, "split");
    }
    if (output_mode_ == "binary") output_mode_ = "multi_hot";
    if (output_mode_ == "tf-idf") output_mode_ = "tf_idf";
    validate_string_arg(output_mode_, {"int", "one_hot", "multi_hot", "count", "tf_idf"}, caller,
                        "output_mode");
    read_ngrams();
    read_sequence_length();
    tokenizer_.lower = standardize_->is_string() && standardize_->as_string().starts_with("lower");
    tokenizer_.strip_punctuation =
        standardize_->is_string() && standardize_->as_string().ends_with("strip_punctuation");
    tokenizer_.split = split_->is_null()                     ? Tokenizer::Split::kNone
                       : split_->as_string() == "whitespace" ? Tokenizer::Split::kWhitespace
                                                             : Tokenizer::Split::kCharacter;
    make_lookup();
  }

  bool converts_inputs() const override { return false; }
  bool allows_non_tensor_arguments() const override { return true; }
  std::vector<std::pair<std::string, LayerPtr>> saved_children() const override {
    return {{"_lookup_layer", lookup_}};
  }

  Tree call(const CallArgs& args) override {
    const Tensor inputs = token_tensor(args.first());
    if (inputs.dtype() != DType::kString) {
      raise_type_error({"Cast ", dtype_name(inputs.dtype()), " to string is not supported: layer '",
                        name(), "' takes strings."});
    }
    if (inputs.is_abstract()) {
      return Tensor::abstract(output_shape(inputs.shape()), lookup_->promised_dtype());
    }
    return vectorized(standardized(inputs));
  }

  Tree compute_output_spec(const CallArgs& args) override {
    const Tensor inputs = ops::Operand(args.first()).tensor();
    return make_keras_tensor(output_shape(inputs.shape()), lookup_->promised_dtype());
  }

  ShapeTree compute_output_shape(const BuildShapes& shapes) override {
    return output_shape(shapes.first().shape());
  }

  void adapt(const Tensor& data) override {
    const Shape& shape = data.shape();
    Adaptable::adapt(shape.rank() == 1 ? data.reshaped(shape.concat({1})) : data);
  }
  void reset_state() override { lookup_->reset_state(); }
  void update_state(const Tensor& batch) override {
    if (batch.dtype() != DType::kString) {
      raise_type_error({"Layer '", name(), "' learns strings. Received: a tensor of ",
                        dtype_name(batch.dtype())});
    }
    const Tensor inputs = standardized(batch);
    const Texts texts = texts_of(inputs);
    const TokenRows rows = tokenizer_(inputs.string_data(), texts.width);
    lookup_->count_documents(Tensor::strings(rows.tokens, {rows.tokens.size()}), rows.ends);
  }
  void finalize_state() override { lookup_->finalize_state(); }

  json::Array vocabulary(bool special_tokens) const override {
    return lookup_->vocabulary(special_tokens);
  }
  void set_vocabulary(const json::Value& tokens, const json::Value& idf_weights) override {
    lookup_->set_vocabulary(tokens, idf_weights);
  }
  void copy_vocabulary(const VocabularyHolder& source) override {
    if (const auto* other = dynamic_cast<const TextVectorization*>(&source)) {
      lookup_->copy_vocabulary(*other->lookup_);
    }
  }
  int64_t vocabulary_size() const override { return lookup_ ? lookup_->vocabulary_size() : 2; }

  bool saves_own_variables() const override { return true; }
  bool loads_own_variables() const override { return true; }
  NamedTensors saved_variables() const override { return lookup_->saved_variables(); }
  void load_variables(const NamedTensors& store) override { lookup_->load_variables(store); }
  AssetFiles saved_assets() const override { return lookup_->saved_assets(); }
  void load_assets(const AssetFiles& files, const std::string& folder) override {
    lookup_->load_assets(files, folder);
  }

 private:
  // The texts of an input: `outer` has an entry for each row of tokens.
  struct Texts {
    Shape outer;
    int64_t width = 1;
    bool is_ragged = false;  // rows may differ in length
  };

  bool splits() const { return tokenizer_.split != Tokenizer::Split::kNone; }

  // By the user's function, if there is one; the tokenizer applies the others.
  Tensor standardized(const Tensor& inputs) const {
    if (!standardize_function_) return inputs;
    if (inputs.is_slot()) throw runtime::NotRecordable();
    const Tensor outputs = token_tensor(standardize_function_->call({inputs}, {}));
    if (outputs.dtype() == DType::kString && outputs.shape() == inputs.shape()) return outputs;
    raise_type_error({"The function `standardize` of layer '", name(),
                      "' must return strings of shape ", repr(inputs.shape()), ". Received: ",
                      dtype_name(outputs.dtype()), " of shape ", repr(outputs.shape())});
  }

  void read_standardize_function() {
    const Tree value = deserialize_keras_object(standardize_);
    if (!value.is_function()) {
      raise_type_error({"`standardize` must be a function. Received: ", repr(value)});
    }
    standardize_function_ = value.as_function();
    standardize_ = function_record(standardize_function_->name());
  }

  Texts texts_of(const Tensor& inputs) const {
    const Shape& shape = inputs.shape();
    const int rank = shape.rank();
    if (!splits()) {
      if (rank == 0) return {{}, 1, false};
      return {shape.slice(0, rank - 1), std::max<int64_t>(shape.back(), 1), false};
    }
    if (rank < 2) return {shape, 1, rank == 1};
    if (shape.back() != 1) {
      raise_value_error(
          {"When using `TextVectorization` to tokenize strings, the input rank must "
           "be 1 or the last shape dimension must be 1. Received: inputs.shape=",
           repr(shape), " with rank=", std::to_string(rank)});
    }
    return {shape.slice(0, rank - 1), 1, true};
  }

  Tensor vectorized(const Tensor& inputs) const {
    const Texts texts = texts_of(inputs);
    if (output_mode_ != "int") return encoded(inputs, texts);
    const auto table = lookup_->table(name());
    std::optional<int64_t> length = output_sequence_length_;
    const bool is_scalar = !splits() && inputs.rank() == 0 && !tokenizer_.has_ngrams;
    if (is_scalar && !length) {
      return lookup_->call(CallArgs(lookup_->call_signature(), {inputs}, {})).as_tensor();
    }
    if (!length && inputs.is_slot()) throw runtime::NotRecordable();
    if (!length) length = tokenizer_(inputs.string_data(), texts.width).longest();
    const Shape shape = texts.outer.concat({*length});
    return runtime::emit_strings({inputs}, {shape, DType::kInt64}, [&] {
      return ops::function_step("vectorize", [table, tokenizer = tokenizer_, width = texts.width,
                                              length = *length](auto in, auto out, auto*) {
        const TokenRows rows = tokenizer(*in[0].strings, width);
        const std::vector<int64_t> indices = indices_of(*table, rows);
        auto* to = out[0].template as<int64_t>();
        for (size_t row = 0; row < rows.ends.size(); ++row, to += length) {
          const int64_t size = std::min(rows.size(row), length);
          std::copy_n(indices.data() + (rows.ends[row] - rows.size(row)), size, to);
          std::fill(to + size, to + length, 0);
        }
      });
    });
  }

  static std::vector<int64_t> indices_of(const LookupTable& table, const TokenRows& rows) {
    std::vector<int64_t> indices(static_cast<size_t>(rows.tokens.size()));
    Strings tokens = rows.tokens;
    table.find({nullptr, &tokens}, tokens.size(), indices.data());
    return indices;
  }

  // multi_hot, count and tf_idf of each row; one_hot of the only row.
  Tensor encoded(const Tensor& inputs, const Texts& texts) const {
    lookup_->require_known_size();
    const auto table = lookup_->table(name());
    const bool is_single = texts.outer.rank() == 0;
    if (output_mode_ == "one_hot" || texts.outer.rank() > 1) {
      if (texts.is_ragged) {
        raise_value_error({"Ragged tensors are not supported: `output_mode='", output_mode_,
                           "'` of texts of shape ", repr(inputs.shape()),
                           " has rows of different lengths"});
      }
      if (inputs.is_slot()) throw runtime::NotRecordable();
      const TokenRows rows = tokenizer_(inputs.string_data(), texts.width);
      const std::vector<int64_t> indices = indices_of(*table, rows);
      const Shape shape = texts.outer.concat({rows.longest()});
      return lookup_->encode(
          Tensor::from_bytes(std::as_bytes(std::span(indices)), shape, DType::kInt64));
    }
    const int64_t depth = lookup_->depth();
    const Shape shape = is_single ? Shape{depth} : texts.outer.concat({depth});
    const bool is_weighted = output_mode_ == "tf_idf";
    const auto count = [&]<class T>(T*) {
      return ops::function_step(
          "count_tokens", [table, tokenizer = tokenizer_, width = texts.width, depth,
                           binary = output_mode_ == "multi_hot"](auto in, auto out, auto*) {
            const TokenRows rows = tokenizer(*in[0].strings, width);
            const std::vector<int64_t> indices = indices_of(*table, rows);
            for (size_t row = 0; row < rows.ends.size(); ++row) {
              kernels::CategoryCount<T>{1, rows.size(row), 1, depth, binary}(
                  indices.data() + (rows.ends[row] - rows.size(row)),
                  out[0].template as<T>() + static_cast<int64_t>(row) * depth);
            }
          });
    };
    const Tensor counts =
        runtime::emit_strings({inputs}, {shape, is_weighted ? DType::kFloat32 : DType::kInt64},
                              [&]() -> std::unique_ptr<runtime::Step> {
                                if (is_weighted) return count(static_cast<float*>(nullptr));
                                return count(static_cast<int64_t*>(nullptr));
                              });
    return is_weighted ? lookup_->weighted(counts) : counts;
  }

  Shape output_shape(const Shape& shape) const {
    if (output_mode_ == "int") {
      return {shape[0], output_sequence_length_.value_or(kNone)};
    }
    if (splits()) return lookup_->output_shape(shape.concat({kNone}));
    return lookup_->output_shape(shape.rank() <= 1 ? shape.concat({1}) : shape);
  }

  void read_ngrams() {
    if (ngrams_->is_null()) return;
    tokenizer_.has_ngrams = true;
    const auto refuse = [&] {
      raise_value_error(
          {"`ngrams` must be None, an integer, or a tuple of integers. Received: "
           "ngrams=",
           python_str(ngrams_)});
    };
    if (ngrams_->is_int()) {
      const int64_t largest = std::clamp<int64_t>(ngrams_->as_int(), 0, kLargestNgram);
      tokenizer_.ngrams.resize(static_cast<size_t>(largest));
      std::iota(tokenizer_.ngrams.begin(), tokenizer_.ngrams.end(), 1);
      return;
    }
    if (!ngrams_->is_array()) refuse();
    for (const json::Value& size : ngrams_->as_array()) {
      if (!size.is_int()) refuse();
      if (size.as_int() < 1) {
        raise_value_error(
            {"All ngram_widths must be greater than 0. Got ", std::to_string(size.as_int())});
      }
      tokenizer_.ngrams.push_back(size.as_int());
    }
  }

  void read_sequence_length() {
    if (given_length_->is_null()) return;
    if (output_mode_ != "int") {
      raise_value_error(
          {"`output_sequence_length` must not be set if `output_mode` is not 'int'. "
           "Received output_sequence_length=",
           python_str(given_length_), "."});
    }
    if (!given_length_->is_int()) {
      raise_value_error(
          {"`output_sequence_length` must be either None or an integer when "
           "`output_mode` is 'int'. Received: output_sequence_length=",
           python_str(given_length_)});
    }
    output_sequence_length_ = given_length_->as_int();
    if (*output_sequence_length_ < 0) {
      raise_value_error(
          {"`output_sequence_length` must not be negative. Received: "
           "output_sequence_length=",
           std::to_string(*output_sequence_length_)});
    }
  }

  void make_lookup() {
    json::Object options = lookup_options_;
    if (max_tokens_) options.set("max_tokens", *max_tokens_);
    options.set("vocabulary", vocabulary_.value);
    options.set("idf_weights", idf_weights_.value);
    options.set("pad_to_max_tokens", pad_to_max_tokens_);
    options.set("mask_token", "");
    options.set("output_mode", output_mode_);
    options.set("encoding", encoding_);
    lookup_ = make_object<StringLookup>(kStringLookupClass);
    lookup_->configure(options);
    if (vocabulary_->is_string()) vocabulary_ = json::Value();
    track(lookup_);
  }

  // Longer n-grams than any text has.
  static constexpr int64_t kLargestNgram = 1 << 16;

  std::optional<int64_t> max_tokens_;
  GivenFunction standardize_{"lower_and_strip_punctuation"};
  std::shared_ptr<Function> standardize_function_;
  GivenName split_{"whitespace"};
  Given<"number | readonly number[] | null"> ngrams_;
  std::string output_mode_ = "int";
  Given<"number | null"> given_length_;
  std::optional<int64_t> output_sequence_length_;
  bool pad_to_max_tokens_ = false;
  bool sparse_ = false;
  bool ragged_ = false;
  Given<"readonly string[] | string | null"> vocabulary_;
  Given<"readonly number[] | null"> idf_weights_;
  std::string encoding_ = "utf-8";
  json::Object lookup_options_;
  Tokenizer tokenizer_;
  std::shared_ptr<StringLookup> lookup_;
};

}  // namespace

KERAS_LAYER(TextVectorization)

}  // namespace keras
