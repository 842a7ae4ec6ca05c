#include "bindings/guard.h"

#include <exception>
#include <new>
#include <stdexcept>
#include <string>

#include "base/js_error.h"
#include "bindings/callbacks.h"

namespace keras::bindings {
namespace {

void report_out_of_memory() {
  report_failure("RuntimeError", "Out of memory: an allocation failed", "");
}

}  // namespace

void report_current_exception() {
  try {
    throw;
  } catch (const Error& error) {
    const auto* kept = dynamic_cast<const JsError*>(&error);
    report_failure(std::string(error_kind_name(error.kind())), error.what(), error.path(),
                   error.notes(), kept == nullptr ? 0 : kept->number());
  } catch (const std::bad_alloc&) {
    report_out_of_memory();
  } catch (const std::length_error&) {  // a std::vector of more than can be addressed
    report_out_of_memory();
  } catch (const std::invalid_argument& error) {
    report_failure("ValueError", error.what(), "");
  } catch (const std::out_of_range&) {  // at()
    report_failure("IndexError", "list index out of range", "");
  } catch (const std::exception& error) {
    report_failure("InternalError", error.what(), "");
  }
}

}  // namespace keras::bindings
