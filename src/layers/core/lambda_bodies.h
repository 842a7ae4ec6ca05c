// JavaScript functions that replace Python lambdas, whose byte code only one version of
// Python can run.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "layers/layer.h"
#include "serialization/function.h"

namespace keras {

// Whether the record holds Python byte code.
bool is_python_lambda(const json::Value& function_config);
// Keras's message for a Lambda layer that holds byte code.
inline constexpr const char* kPythonLambdaRefused =
    "Requested the deserialization of a `Lambda` layer whose `function` is a Python lambda. This "
    "carries a potential risk of arbitrary code execution and thus it is disallowed by default. If "
    "you trust the source of the artifact, you can override this error by passing "
    "`safe_mode=False` to the loading function, or calling "
    "`keras.config.enable_unsafe_deserialization().";

// A function that may lack a name by which a config could refer to it.
class MaybeLambda {
 public:
  virtual ~MaybeLambda() = default;
  virtual bool is_lambda() const = 0;
};

// A Lambda layer, as seen by code that carries its function over to clones.
class LambdaHolder {
 public:
  virtual ~LambdaHolder() = default;
  // The function's record, as read.
  virtual const json::Value& function_config() const = 0;
  // The function that clones run as well: a supplied body or an anonymous JavaScript function.
  // Null for Python lambdas without a body and for named functions, which clones look up by name,
  // as in Keras.
  virtual std::shared_ptr<Function> carried_function() const = 0;
};

// By the name of the Lambda layer.
using LambdaBodies = std::map<std::string, std::shared_ptr<Function>, std::less<>>;

// While alive, Lambda layers made from configs take their functions from here. Scopes add up; the
// innermost wins.
class LambdaBodyScope {
 public:
  explicit LambdaBodyScope(LambdaBodies bodies);
  // Lets clones of the Lambda layers inside `root` run the same functions; under another name as
  // well, when the function is unambiguous.
  explicit LambdaBodyScope(const LayerPtr& root);
  ~LambdaBodyScope();
  LambdaBodyScope(const LambdaBodyScope&) = delete;
  LambdaBodyScope& operator=(const LambdaBodyScope&) = delete;
};

// The function a scope supplies for the Lambda layer of that name; null without one.
std::shared_ptr<Function> given_lambda_body(std::string_view name);
// The function of the original layer, identified by the `function` of its config.
std::shared_ptr<Function> carried_lambda_body(std::string_view name,
                                              const json::Value& function_config);

}  // namespace keras
