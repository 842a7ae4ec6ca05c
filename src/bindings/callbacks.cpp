#include "bindings/callbacks.h"

#include "base/warning.h"
#include "bindings/guard.h"

namespace keras::bindings {
namespace {

using emscripten::val;

val& callbacks() {
  static val object = val::undefined();
  return object;
}

void set_callbacks(val object) {
  callbacks() = std::move(object);
  set_warning_handler([](const std::string& message) { callbacks().call<void>("warn", message); });
}

template <class... Args>
Packed call(const char* name, const Args&... args) {
  return callbacks().call<Packed>(name, args...);
}

}  // namespace

void report_failure(const std::string& record) { callbacks().call<void>("fail", record); }

Tree call_js_object(uint64_t uid, const char* method, const Packed& arguments) {
  return unpack(call("callObject", static_cast<double>(uid), std::string(method), arguments));
}

json::Object js_config_of(uint64_t uid) {
  return std::move(unpack_config(call("configOf", static_cast<double>(uid))).as_object());
}

Tree call_js_function(const val& function, const Packed& arguments) {
  return unpack(call("callFunction", function, arguments));
}

bool js_function_takes(const val& function, std::string_view keyword) {
  return callbacks().call<bool>("functionTakes", function, std::string(keyword));
}

bool js_function_is_lambda(const val& function) {
  return callbacks().call<bool>("functionIsLambda", function);
}

void notify_js(const val& function, const Packed& arguments) {
  unpack(call("notify", function, arguments));
}

std::optional<Tree> call_js_hook(const val& hook, const Packed& arguments) {
  return unpack_optional(call("callHook", hook, arguments));
}

std::optional<Tree> call_js_clone_hook(const val& hook, const std::shared_ptr<Object>& original) {
  return unpack_optional(call("callCloneHook", hook, pack(Tree(original))));
}

Tree js_from_config(const val& js_class, const json::Object& config) {
  return unpack(call("fromConfig", js_class, pack_config(config)));
}

Tree js_from_graph(const val& js_class, const Tree& graph) {
  return unpack(call("fromGraph", js_class, pack(graph)));
}

void retain_js_object(uint64_t uid) {
  callbacks().call<void>("retainObject", static_cast<double>(uid));
}

void release_js_object(uint64_t uid) {
  callbacks().call<void>("releaseObject", static_cast<double>(uid));
}

}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_callbacks) {
  using namespace keras::bindings;
  bind<&set_callbacks>("setCallbacks");
}
