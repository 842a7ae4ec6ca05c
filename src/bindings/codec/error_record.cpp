#include "bindings/codec/error_record.h"

#include <exception>
#include <new>
#include <stdexcept>

#include "base/js_error.h"
#include "json/write.h"

namespace keras::bindings {
namespace {

std::string record_of(const Error& error, int64_t id) {
  return json::write(
      json::Object{{"$", kErrorTag},
                   {"id", id},
                   {"kind", error_kind_name(error.kind())},
                   {"message", error.what()},
                   {"path", error.path()},
                   {"notes", json::Array(error.notes().begin(), error.notes().end())},
                   {"unknown", error.unknown_name()}});
}

std::string record_of(const Error& error) { return record_of(error, 0); }

// Written out: making it needs as little memory as can be.
constexpr const char* kOutOfMemory =
    R"({"$":"error","id":0,"kind":"RuntimeError","message":"Out of memory: an allocation failed",)"
    R"("path":"","notes":[],"unknown":""})";

}  // namespace

std::string record_of_current_exception() {
  try {
    throw;
  } catch (const JsError& error) {
    return record_of(error, error.id());
  } catch (const Error& error) {
    return record_of(error);
  } catch (const std::bad_alloc&) {
    return kOutOfMemory;
  } catch (const std::length_error&) {  // a std::vector of more than can be addressed
    return kOutOfMemory;
  } catch (const std::invalid_argument& error) {
    return record_of(value_error(error.what()));
  } catch (const std::out_of_range&) {  // at()
    return record_of(index_error("list index out of range"));
  } catch (const std::exception& error) {
    return record_of(internal_error(error.what()));
  }
}

void throw_recorded(const json::Object& record) {
  throw JsError(record.at("kind").as_string(), record.at("message").as_string(),
                record.at("id").as_int());
}

}  // namespace keras::bindings
