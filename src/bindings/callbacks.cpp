#include "bindings/callbacks.h"

#include "base/warning.h"
#include "bindings/codec/json_codec.h"
#include "bindings/guard.h"

namespace keras::bindings {
namespace {

using emscripten::val;

val& host() {
  static val object = val::undefined();
  return object;
}

void set_callbacks(val object) {
  host() = std::move(object);
  set_warning_handler([](const std::string& message) { host().call<void>("warn", message); });
}

}  // namespace

void report_failure(const std::string& record) { host().call<void>("fail", record); }

Tree call_js_object(uint64_t uid, const char* method, const Tree& arguments) {
  return unpack(host().call<Packed>("callObject", static_cast<double>(uid), std::string(method),
                                    pack(arguments)));
}

Tree call_js_function(int64_t id, const Tree& arguments) {
  return unpack(host().call<Packed>("callFunction", static_cast<double>(id), pack(arguments)));
}

bool js_function_takes(int64_t id, std::string_view keyword) {
  return host().call<bool>("functionTakes", static_cast<double>(id), std::string(keyword));
}

bool js_function_is_lambda(int64_t id) {
  return host().call<bool>("functionIsLambda", static_cast<double>(id));
}

Tree js_from_config(int64_t id, const json::Object& config) {
  return unpack(host().call<Packed>("fromConfig", static_cast<double>(id), to_js(config)));
}

Tree js_from_graph(int64_t id, const Tree& graph) {
  return unpack(host().call<Packed>("fromGraph", static_cast<double>(id), pack(graph)));
}

void retain_js_object(uint64_t uid) { host().call<void>("retainObject", static_cast<double>(uid)); }

void release_js_object(uint64_t uid) {
  host().call<void>("releaseObject", static_cast<double>(uid));
}

void release_js_function(int64_t id) {
  host().call<void>("releaseFunction", static_cast<double>(id));
}

}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_callbacks) {
  using namespace keras::bindings;
  bind<&set_callbacks>("setHost");
}
