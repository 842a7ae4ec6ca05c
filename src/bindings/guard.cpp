#include "bindings/guard.h"

#include <exception>
#include <string>

#include "base/host_error.h"
#include "bindings/host.h"

namespace keras::bindings {

void report_current_exception() {
  try {
    throw;
  } catch (const Error& error) {
    const auto* kept = dynamic_cast<const HostError*>(&error);
    report_failure(std::string(error_kind_name(error.kind())), error.what(), error.path(),
                   error.notes(), kept == nullptr ? 0 : kept->number());
  } catch (const std::bad_alloc&) {
    report_failure("RuntimeError", "Out of memory", "");
  } catch (const std::exception& error) {
    report_failure("InternalError", error.what(), "");
  }
}

}  // namespace keras::bindings
