// Layers with a vocabulary: StringLookup, IntegerLookup and TextVectorization.
#pragma once

#include "json/value.h"

namespace keras {

class VocabularyHolder {
 public:
  virtual ~VocabularyHolder() = default;

  // The tokens by index, strings or ints; without the mask and OOV tokens in front unless
  // `special_tokens` is set.
  virtual json::Array vocabulary(bool special_tokens = true) const = 0;
  // A list of tokens, and for the output mode "tf_idf" a list of weights, else null. Keras's
  // ValueErrors for repeated or misplaced tokens.
  virtual void set_vocabulary(const json::Value& tokens, const json::Value& idf_weights) = 0;
  // Takes over what `source`, of the same class, has learned, unless the config has a vocabulary.
  virtual void copy_vocabulary(const VocabularyHolder& source) = 0;
  // The number of tokens, mask and OOV tokens included.
  virtual int64_t vocabulary_size() const = 0;
};

}  // namespace keras
