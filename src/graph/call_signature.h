// The parameters of an operation's call, and arguments bound to them as Python binds a call.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "tree/tree.h"

namespace keras {

struct Parameter {
  std::string name;
  std::optional<Tree> default_value;  // nothing: the argument is required
};

class CallSignature {
 public:
  // As Python writes it: "inputs, training=False, mask=None"; "**kwargs" at the end takes any
  // keyword and
  // "*args" in front of it any number of positional arguments.
  explicit CallSignature(std::string_view text);

  const std::vector<Parameter>& parameters() const { return parameters_; }
  int index_of(std::string_view name) const;  // -1 when there is none
  bool has(std::string_view name) const { return index_of(name) >= 0; }
  bool takes_any_keyword() const { return any_keyword_; }
  bool takes_any_positional() const { return any_positional_; }

 private:
  std::vector<Parameter> parameters_;
  bool any_keyword_ = false;
  bool any_positional_ = false;
};

// The arguments of one call by parameter.
class CallArgs {
 public:
  // Throws TypeError with Python's sentence: "missing a required argument: 'value'", "too many
  // positional arguments", "got an unexpected keyword argument 'foo'".
  CallArgs(const CallSignature& signature, const Tree::Sequence& args, const Tree::Dict& kwargs);

  const CallSignature& signature() const { return *signature_; }
  // The value of a parameter, its default when not given; None for an unknown name.
  const Tree& get(std::string_view name) const;
  // None for a parameter that the signature does not have.
  const Tree& at(int index) const;
  bool given(std::string_view name) const;
  const Tree& first() const { return at(0); }
  // The value as a tensor; no tensor for None.
  Tensor tensor(std::string_view name) const;
  Tensor tensor(int index) const;
  // The value as a flag; `otherwise` for None.
  bool flag(std::string_view name, bool otherwise = false) const;
  bool training() const { return flag("training"); }
  // Positional and keyword arguments beyond the parameters.
  const Tree::Sequence& rest() const { return rest_; }
  const Tree::Dict& extra() const { return extra_; }

  void set(std::string_view name, Tree value);
  // The same call with another value in place of each.
  CallArgs with_values(FunctionRef<Tree(const Tree&)> replace) const;

 private:
  const CallSignature* signature_;
  std::vector<Tree> values_;
  std::vector<bool> given_;
  Tree::Sequence rest_;
  Tree::Dict extra_;
};

}  // namespace keras
