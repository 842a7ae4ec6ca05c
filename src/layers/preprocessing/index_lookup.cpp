#include "layers/preprocessing/index_lookup.h"

#include <limits>

#include "base/error.h"
#include "graph/keras_tensor.h"
#include "layers/preprocessing/encode_categorical.h"
#include "ops/common/support.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {

void IndexLookup::configure(const json::Object& config) {
  json::Object own = config;
  // Accepted and ignored by Keras: the policy is the global one.
  own.erase("trainable");
  own.erase("dtype");
  if (const json::Value* given = own.find("vocabulary")) has_input_vocabulary_ = !given->is_null();
  if (const json::Value* given = own.find("has_input_vocabulary")) {
    has_input_vocabulary_ = given->truthy();
    own.erase("has_input_vocabulary");
  }
  Layer::configure(own);
}

void IndexLookup::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("invert", invert_, "Whether to map indices to tokens.");
  f("max_tokens", max_tokens_, "Largest size of the vocabulary, special tokens included.");
  f("num_oov_indices", num_oov_indices_, "Number of indices for tokens outside the vocabulary.");
  f("oov_token", oov_token_, "What inverted lookups return for indices of unknown tokens.");
  f("mask_token", mask_token_, "The token of masked inputs, which has index 0.");
  f("output_mode", output_mode_, "int, one_hot, multi_hot, count or tf_idf.");
  f("sparse", sparse_, "Sparse outputs are not supported.");
  f("pad_to_max_tokens", pad_to_max_tokens_, "Whether encoded outputs have `max_tokens` columns.");
  visit_vocabulary_dtype(f);
  f("idf_weights", idf_weights_, "Inverse document frequency of each token, for tf_idf.");
  f("vocabulary", vocabulary_, "The tokens, unless `adapt` learns them.");
  f("vocabulary_size", frozen_size_, "Size of the vocabulary once it is known.");
  f("oov_method", oov_method_, "How unknown integers are distributed: floormod or farmhash.");
  f("salt", salt_, "Key of the hash of unknown tokens: a number or two numbers.");
}

std::string IndexLookup::unknown_argument_message(const json::Object& unknown) const {
  return "Unrecognized keyword argument(s): " + repr(json::Value(unknown));
}

void IndexLookup::check_arguments() {
  if (max_tokens_ && *max_tokens_ <= 1) {
    raise_value_error({"If set, `max_tokens` must be greater than 1. Received: max_tokens=",
                       std::to_string(*max_tokens_)});
  }
  if (pad_to_max_tokens_ && !max_tokens_) {
    raise_value_error(
        {"If pad_to_max_tokens is True, must set `max_tokens`. Received: max_tokens=None"});
  }
  if (num_oov_indices_ < 0) {
    raise_value_error(
        {"`num_oov_indices` must be greater than or equal to 0. Received: num_oov_indices=",
         std::to_string(num_oov_indices_)});
  }
  const std::string_view caller = class_info().class_name;
  validate_string_arg(oov_method_, {"floormod", "farmhash"}, caller, "oov_method");
  if (!salt_->is_null() && token_dtype() != DType::kString && oov_method_ != "farmhash") {
    raise_value_error(
        {"`salt` can only be used when `oov_method='farmhash'`. Received: oov_method=",
         oov_method_});
  }
  key_ = standardize_salt(salt_.value,
                          "The `salt` argument for `IndexLookup` can only be a tuple of 2 "
                          "integers, or a single integer.");
  if (output_mode_ == "binary") output_mode_ = "multi_hot";
  if (output_mode_ == "tf-idf") output_mode_ = "tf_idf";
  validate_string_arg(output_mode_, {"int", "one_hot", "multi_hot", "count", "tf_idf"}, caller,
                      "output_mode");
  if (invert_ && output_mode_ != "int") {
    raise_value_error(
        {"`output_mode` must be `'int'` when `invert` is true. Received: output_mode=",
         output_mode_});
  }
  if (!idf_weights_->is_null() && output_mode_ != "tf_idf") {
    raise_value_error(
        {"`idf_weights` should only be set if `output_mode` is `'tf_idf'`. Received: idf_weights=",
         repr(idf_weights_.value), " and output_mode=", output_mode_});
  }
}

void IndexLookup::validate() {
  if (sparse_) {
    raise_value_error({"`sparse=True` can only be used with the TensorFlow backend."});
  }
  idf_weights_ = plain_list(idf_weights_);
  vocabulary_ = plain_list(vocabulary_);
  check_arguments();
  if (output_mode_ == "tf_idf" && has_input_vocabulary_ && idf_weights_->is_null()) {
    raise_value_error(
        {"When specifying the `vocabulary` argument, in TF-IDF output mode, the `idf_weights` "
         "argument must also be provided."});
  }
  if (vocabulary_->is_null()) return;
  // A path is not part of the config.
  const json::Value given = vocabulary_;
  if (given.is_string()) vocabulary_ = json::Value();
  at_path("vocabulary", [&] { set_vocabulary(given, idf_weights_); });
}

void IndexLookup::extend_record(json::Object& record) const {
  record.set("build_config", json::Object());
}

// --- Call ---

int64_t IndexLookup::oov_start() const {
  return !mask_token_->is_null() && output_mode_ == "int" ? 1 : 0;
}

int64_t IndexLookup::depth() const {
  if (pad_to_max_tokens_) return *max_tokens_;
  return frozen_size_.value_or(kNone);
}

Shape IndexLookup::output_shape(const Shape& input_shape) const {
  if (output_mode_ == "int") return input_shape;
  const int rank = input_shape.rank();
  const bool keeps_last = output_mode_ == "one_hot" && !(rank > 1 && input_shape.back() == 1);
  return input_shape.slice(0, keeps_last ? rank : std::max(rank - 1, 0)).concat({depth()});
}

Tree IndexLookup::compute_output_spec(const CallArgs& args) {
  const Tensor inputs = ops::Operand(args.first()).tensor();
  return make_keras_tensor(output_shape(inputs.shape()), promised_dtype());
}

ShapeTree IndexLookup::compute_output_shape(const BuildShapes& shapes) {
  return output_shape(shapes.first().shape());
}

Tensor IndexLookup::tokens_of(const Tree& inputs) const {
  const Tensor tensor = token_tensor(inputs);
  const bool wants_strings = key_dtype() == DType::kString;
  if (wants_strings != (tensor.dtype() == DType::kString)) {
    raise_type_error({"Cast ", dtype_name(tensor.dtype()), " to ", dtype_name(key_dtype()),
                      " is not supported: layer '", name(), "' looks up ",
                      wants_strings ? "strings" : "integers", "."});
  }
  return wants_strings ? tensor : ops::to_int64(tensor);
}

Tree IndexLookup::call(const CallArgs& args) {
  const Tensor inputs = tokens_of(args.first());
  if (inputs.is_abstract()) {
    return Tensor::abstract(output_shape(inputs.shape()), promised_dtype());
  }
  require_known_size();
  const runtime::Spec spec{inputs.shape(), invert_ ? token_dtype() : DType::kInt64};
  const Tensor found = runtime::emit_strings({inputs}, spec, [&] {
    return ops::function_step("lookup", [table = table(name()), size = inputs.size(),
                                         invert = invert_](auto in, auto out, auto*) {
      if (invert) {
        table->find_tokens(in[0].template as<int64_t>(), size, out[0]);
      } else {
        table->find(in[0], size, out[0].template as<int64_t>());
      }
    });
  });
  return invert_ ? found : encode(found);
}

std::shared_ptr<const LookupTable> IndexLookup::table(std::string_view owner) const {
  if (table_) return table_;
  raise_runtime_error({"Table not initialized. Layer '", owner,
                       "' has no vocabulary: pass the `vocabulary` argument, call `adapt`, or set "
                       "one before calling the layer."});
}

void IndexLookup::require_known_size() const {
  if (output_mode_ == "int" || pad_to_max_tokens_ || frozen_size_) return;
  raise_runtime_error({"When using `output_mode=", output_mode_,
                       "` and `pad_to_max_tokens=False`, you must set the layer's vocabulary "
                       "before calling it. Either pass a `vocabulary` argument to the layer, or "
                       "call `adapt` with some sample data."});
}

Tensor IndexLookup::encode(const Tensor& indices) const {
  if (output_mode_ != "tf_idf") {
    return encode_categorical(indices, output_mode_, depth(), DType::kInt64);
  }
  return weighted(encode_categorical(indices, "count", depth(), DType::kFloat32));
}

Tensor IndexLookup::weighted(const Tensor& counts) const {
  return ops::multiply(counts, known_idf_weights());
}

const Tensor& IndexLookup::known_idf_weights() const {
  if (idf_) return idf_;
  raise_attribute_error(
      {"'", class_info().class_name, "' object has no attribute 'idf_weights_const'"});
}

// --- Files ---

NamedTensors IndexLookup::saved_variables() const {
  if (output_mode_ != "tf_idf") return {};
  return {{"idf_weights", known_idf_weights()}};
}

void IndexLookup::load_variables(const NamedTensors& store) {
  if (output_mode_ != "tf_idf") return;
  for (const auto& [key, value] : store) {
    if (key != "idf_weights") continue;
    if (idf_ && idf_.shape() != value.shape()) {
      raise_value_error(
          {"Cannot assign value to variable 'idf_weights': Shape mismatch. The "
           "variable shape ",
           repr(idf_.shape()), ", and the assigned value shape ", repr(value.shape()),
           " are incompatible."});
    }
    idf_ = ops::cast(value, DType::kFloat32);
    Variable::count_change();
    return;
  }
  raise_key_error({"'idf_weights'"});
}

}  // namespace keras
