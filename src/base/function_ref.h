// A non-owning reference to a callable, for arguments that are called before the function returns.
// Replaces std::function there, which costs half a kB per lambda.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

// Lets clang warn about a FunctionRef variable initialized from a temporary lambda.
#if defined(__clang__)
#define KERAS_LIFETIME_BOUND [[clang::lifetimebound]]
#else
#define KERAS_LIFETIME_BOUND
#endif

namespace keras {

template <class Signature>
class FunctionRef;

template <class Result, class... Args>
class FunctionRef<Result(Args...)> {
 public:
  FunctionRef(std::nullptr_t) {}
  // The callable must outlive this reference.
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, FunctionRef> &&
             std::is_invocable_r_v<Result, F&, Args...>)
  FunctionRef(F&& function KERAS_LIFETIME_BOUND)
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
        call_([](void* object, Args... args) -> Result {
          return std::invoke(*static_cast<std::remove_reference_t<F>*>(object),
                             std::forward<Args>(args)...);
        }) {}

  Result operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }
  explicit operator bool() const { return call_ != nullptr; }

 private:
  void* object_ = nullptr;
  Result (*call_)(void*, Args...) = nullptr;
};

}  // namespace keras
