#include "bindings/guard.h"

#include "bindings/callbacks.h"
#include "bindings/codec/error_record.h"

namespace keras::bindings {

void report_current_exception() { report_failure(record_of_current_exception()); }

}  // namespace keras::bindings
