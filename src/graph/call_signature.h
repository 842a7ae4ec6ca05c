// Parameters of an operation's call, and arguments bound to them with Python's rules.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/function_ref.h"
#include "tree/tree.h"

namespace keras {

struct Parameter {
  std::string name;
  std::optional<Tree> default_value;  // nothing when the argument is required
};

// The parameters of Python's "inputs, training=False, *args, **kwargs"; names keep marks in front,
// such as the stars.
std::vector<Parameter> parse_parameters(std::string_view text);

class CallSignature {
 public:
  // In Python's syntax: "inputs, training=False, mask=None"; a final "**kwargs" accepts any
  // keyword, and "*args" before it any positional argument.
  explicit CallSignature(std::string_view text);
  CallSignature(std::vector<Parameter> parameters, bool any_positional, bool any_keyword)
      : parameters_(std::move(parameters)),
        any_keyword_(any_keyword),
        any_positional_(any_positional) {}

  const std::vector<Parameter>& parameters() const { return parameters_; }
  int index_of(std::string_view name) const;  // -1 when missing
  bool has(std::string_view name) const { return index_of(name) >= 0; }
  bool takes_any_keyword() const { return any_keyword_; }
  bool takes_any_positional() const { return any_positional_; }

 private:
  std::vector<Parameter> parameters_;
  bool any_keyword_ = false;
  bool any_positional_ = false;
};

// The arguments of one call, by parameter.
class CallArgs {
 public:
  // TypeError with Python's message: "missing a required argument: 'value'", "too many positional
  // arguments", "got an unexpected keyword argument 'foo'".
  CallArgs(const CallSignature& signature, const Tree::Sequence& args, const Tree::Dict& kwargs);

  const CallSignature& signature() const { return *signature_; }
  // The argument or its default; None for unknown names.
  const Tree& get(std::string_view name) const;
  // None when out of range.
  const Tree& at(int index) const;
  bool given(std::string_view name) const;
  const Tree& first() const { return at(0); }
  // null for None
  Tensor tensor(std::string_view name) const;
  Tensor tensor(int index) const;
  // `otherwise` for None
  bool flag(std::string_view name, bool otherwise = false) const;
  bool training() const { return flag("training"); }
  // Arguments beyond the parameters.
  const Tree::Sequence& rest() const { return rest_; }
  const Tree::Dict& extra() const { return extra_; }

  void set(std::string_view name, Tree value);
  // The same call with every value replaced.
  CallArgs with_values(FunctionRef<Tree(const Tree&)> replace) const;

 private:
  const CallSignature* signature_;
  std::vector<Tree> values_;
  std::vector<bool> given_;
  Tree::Sequence rest_;
  Tree::Dict extra_;
};

}  // namespace keras
