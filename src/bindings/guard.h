// Every bound function goes through a guard, which catches what is thrown and reports it to
// JavaScript. Nothing is ever thrown across the boundary; the JavaScript side raises the error.
#pragma once

#include <emscripten/bind.h>

#include <utility>

namespace keras::bindings {

// Reports the exception being handled as the failure of the call: call it in a catch block.
void report_current_exception();

template <auto kFunction>
struct Guarded;

template <class R, class... Args, R (*kFunction)(Args...)>
struct Guarded<kFunction> {
  static R call(Args... args) {
    try {
      return kFunction(std::forward<Args>(args)...);
    } catch (...) {
      report_current_exception();
    }
    return R();
  }
};

// Makes the function callable as `name`. On failure it returns an empty value, which JavaScript
// ignores.
template <auto kFunction>
void bind(const char* name) {
  emscripten::function(name, &Guarded<kFunction>::call);
}

}  // namespace keras::bindings
