// The base of StringLookup and IntegerLookup: maps tokens to their indices in a vocabulary, or
// indices to tokens (keras/src/layers/preprocessing/index_lookup.py). The vocabulary is not a
// weight: files hold it in the config or as the asset `vocabulary.txt`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "layers/argument_validation.h"
#include "layers/custom_saving.h"
#include "layers/layer.h"
#include "layers/preprocessing/adaptable.h"
#include "layers/preprocessing/lookup_table.h"
#include "layers/preprocessing/vocabulary_holder.h"

namespace keras {

class IndexLookup : public Layer,
                    public Adaptable,
                    public VocabularyHolder,
                    public CustomSaving,
                    public AssetHolder {
 public:
  void configure(const json::Object& config) override;
  void fields(FieldVisitor& f) override;
  void validate() override;
  void extend_record(json::Object& record) const override;
  std::string unknown_argument_message(const json::Object& unknown) const override;

  bool converts_inputs() const override { return false; }
  bool allows_non_tensor_arguments() const override { return true; }
  Tree call(const CallArgs& args) override;
  Tree compute_output_spec(const CallArgs& args) override;
  ShapeTree compute_output_shape(const BuildShapes& shapes) override;
  // What Keras promises for an input of this shape.
  Shape output_shape(const Shape& input_shape) const;

  json::Array vocabulary(bool special_tokens = true) const override;
  void set_vocabulary(const json::Value& tokens, const json::Value& idf_weights) override;
  void copy_vocabulary(const VocabularyHolder& source) override;
  int64_t vocabulary_size() const override;

  void adapt(const Tensor& data) override;
  void reset_state() override;
  void update_state(const Tensor& batch) override;
  void finalize_state() override;
  // Counts the tokens of several documents: document i ends before token ends[i].
  void count_documents(const Tensor& tokens, const std::vector<int64_t>& ends);

  bool saves_own_variables() const override { return true; }
  bool loads_own_variables() const override { return true; }
  NamedTensors saved_variables() const override;
  void load_variables(const NamedTensors& store) override;
  AssetFiles saved_assets() const override;
  void load_assets(const AssetFiles& files, const std::string& folder) override;

  // --- For TextVectorization ---
  // The table to look up tokens in. RuntimeError about layer `owner` when it has no vocabulary.
  std::shared_ptr<const LookupTable> table(std::string_view owner) const;
  // RuntimeError unless the size of the output is known.
  void require_known_size() const;
  // Encodes indices by the output mode.
  Tensor encode(const Tensor& indices) const;
  // Counts times the weights of the tokens, for the mode "tf_idf".
  Tensor weighted(const Tensor& counts) const;
  // Number of columns of encoded outputs; kNone when unknown.
  int64_t depth() const;
  // The dtype that Keras promises, which differs from the dtype of most results.
  DType promised_dtype() const { return output_mode_ == "int" ? DType::kInt64 : DType::kFloat32; }
  const std::string& output_mode() const { return output_mode_; }

 protected:
  virtual DType token_dtype() const = 0;
  // Keys of the config between those of all lookups.
  virtual void visit_vocabulary_dtype(FieldVisitor&) {}
  // The token as an element of the vocabulary's array: `np.str_('a')`.
  virtual std::string numpy_repr(const json::Value& token) const = 0;
  // The token that a line of a vocabulary file holds.
  virtual json::Value token_of_line(const std::string& line) const = 0;

  std::optional<int64_t> max_tokens_;
  int64_t num_oov_indices_ = 1;
  Given<"string | number | null"> mask_token_, oov_token_;
  bool sparse_ = false;

 private:
  void check_arguments();
  int64_t oov_start() const;
  int64_t token_start() const { return oov_start() + num_oov_indices_; }
  DType key_dtype() const { return invert_ ? DType::kInt64 : token_dtype(); }
  Tensor tokens_of(const Tree& inputs) const;
  const Tensor& known_idf_weights() const;

  // The mask and OOV tokens, with which a vocabulary may begin.
  json::Array special_tokens() const;
  void check_reserved(const json::Array& given, const json::Array& tokens, const json::Value& token,
                      std::string_view place, std::string_view argument) const;
  std::shared_ptr<const TokenTable> table_of(const json::Array& tokens) const;
  int64_t add_token(TokenTable& table, const json::Value& token) const;
  json::Value token_of(const TokenTable& table, int64_t number) const;
  void set_idf_weights(const json::Value& given, size_t vocabulary_size, bool has_special_tokens);
  void pad_idf_weights(std::vector<float>& weights);
  void use_tokens(std::shared_ptr<const TokenTable> tokens);
  void record_vocabulary_size();

  Tensor tokens_to_count(const Tensor& batch) const;
  // Numbers of seen tokens.
  std::vector<int64_t> tokens_by_frequency() const;
  void learn_idf_weights(const std::vector<int64_t>& order);

  bool invert_ = false;
  std::string output_mode_ = "int";
  bool pad_to_max_tokens_ = false;
  Given<"readonly number[] | null"> idf_weights_;
  Given<"readonly (string | number)[] | string | null"> vocabulary_;
  std::optional<int64_t> frozen_size_;
  std::string oov_method_ = "floormod";
  Given<"number | readonly [number, number] | null"> salt_;
  std::optional<kernels::SipKey> key_;

  bool has_input_vocabulary_ = false;
  std::shared_ptr<const LookupTable> table_;  // null without a vocabulary
  Tensor idf_;                                // null when there are none
  // What adapt has counted so far.
  TokenTable seen_;
  std::vector<int64_t> counts_, document_counts_;
  int64_t documents_ = 0;
};

}  // namespace keras
