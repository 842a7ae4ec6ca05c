// A function that a config names: a built-in one (`relu`) or one that the host supplied.
#pragma once

#include <string>
#include <string_view>

#include "tree/tree.h"

namespace keras {

class Function {
 public:
  explicit Function(std::string name) : name_(std::move(name)) {}
  virtual ~Function() = default;

  // The registered key (`Pkg>myact`) or the bare name: what a function record's `config` holds.
  const std::string& name() const { return name_; }
  virtual Tree call(const Tree::Sequence& args, const Tree::Dict& kwargs) = 0;
  // Whether it has a parameter of that name, such as `training`.
  virtual bool takes_keyword(std::string_view) const { return false; }

 private:
  std::string name_;
};

}  // namespace keras
