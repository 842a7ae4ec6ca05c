// The message of the error that a call throws.
#pragma once

#include <string>

#include "base/error.h"

namespace keras::testing {

// "no error" when it does not throw.
template <class Fn>
std::string error_of(Fn&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace keras::testing
