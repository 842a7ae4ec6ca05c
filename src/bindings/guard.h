// The border to JavaScript: every bound function goes through a guard, which catches what is thrown
// and hands it to the host. The host raises it on its side; nothing is ever thrown across.
#pragma once

#include <emscripten/bind.h>

#include <utility>

namespace keras::bindings {

// Tells the host what is being thrown. Only called inside of a catch block.
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

// Makes the function callable as `name`. On failure it returns an empty value, which the host never
// looks at.
template <auto kFunction>
void bind(const char* name) {
  emscripten::function(name, &Guarded<kFunction>::call);
}

}  // namespace keras::bindings
