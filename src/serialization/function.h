// A function that a config names: built-in (`relu`) or registered from JavaScript.
#pragma once

#include <string>
#include <string_view>

#include "tree/tree.h"

namespace keras {

class Function {
 public:
  explicit Function(std::string name) : name_(std::move(name)) {}
  virtual ~Function() = default;

  // The registered key (`Pkg>myact`) or the bare name, as in a function record's `config`.
  const std::string& name() const { return name_; }
  virtual Tree call(const Tree::Sequence& args, const Tree::Dict& kwargs) = 0;
  // Whether it accepts that keyword, such as `training`.
  virtual bool takes_keyword(std::string_view) const { return false; }

 private:
  std::string name_;
};

}  // namespace keras
