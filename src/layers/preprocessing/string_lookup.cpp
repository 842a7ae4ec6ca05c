#include "layers/preprocessing/string_lookup.h"

namespace keras {

KERAS_LAYER(StringLookup)

StringLookup::StringLookup() { oov_token_ = json::Value("[UNK]"); }

void StringLookup::fields(FieldVisitor& f) {
  IndexLookup::fields(f);
  f("encoding", encoding_, "Encoding of the strings; kept in the config.");
}

std::string StringLookup::numpy_repr(const json::Value& token) const {
  return "np.str_(" + repr(token) + ")";
}

}  // namespace keras
