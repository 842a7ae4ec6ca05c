// Functions of the host in the place of Python lambdas, whose byte code nothing but one version of
// Python can run.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "layers/layer.h"
#include "serialization/function.h"

namespace keras {

// A record of byte code.
bool is_python_lambda(const json::Value& function_config);
// How Keras refuses a Lambda layer that holds one.
inline constexpr const char* kPythonLambdaRefused =
    "Requested the deserialization of a `Lambda` layer whose `function` is a Python lambda. This "
    "carries a potential risk of arbitrary code execution and thus it is disallowed by default. If "
    "you trust the source of the artifact, you can override this error by passing "
    "`safe_mode=False` to the loading function, or calling "
    "`keras.config.enable_unsafe_deserialization().";

// A function that may have no name under which a config could find it again.
class MaybeLambda {
 public:
  virtual ~MaybeLambda() = default;
  virtual bool is_lambda() const = 0;
};

// What a Lambda layer runs, as those see it who carry it along.
class LambdaHolder {
 public:
  virtual ~LambdaHolder() = default;
  // The record of the function, as it was read.
  virtual const json::Value& function_config() const = 0;
  // The function that a clone runs, too: a body that somebody gave, or a lambda of the host. Null
  // for a Python lambda without a body, and for functions that have names: as in Keras, a clone
  // looks for them under those.
  virtual std::shared_ptr<Function> carried_function() const = 0;
};

// By the names of their Lambda layers.
using LambdaBodies = std::map<std::string, std::shared_ptr<Function>, std::less<>>;

// While it lives, Lambda layers that are made from configs find their functions here. Scopes add
// up; the innermost wins.
class LambdaBodyScope {
 public:
  explicit LambdaBodyScope(LambdaBodies bodies);
  // What clones of the Lambda layers inside of `root`, which are made from their configs, run as
  // well; also under another name when only one function can be meant.
  explicit LambdaBodyScope(const LayerPtr& root);
  ~LambdaBodyScope();
  LambdaBodyScope(const LambdaBodyScope&) = delete;
  LambdaBodyScope& operator=(const LambdaBodyScope&) = delete;
};

// The function that a scope gives to a Lambda layer of that name; null when there is none.
std::shared_ptr<Function> given_lambda_body(std::string_view name);
// The function of a layer from which this one is cloned, told by the `function` of its config.
std::shared_ptr<Function> carried_lambda_body(std::string_view name,
                                              const json::Value& function_config);

}  // namespace keras
