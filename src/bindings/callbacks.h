// What the core calls in JavaScript: the methods of the object that web/boundary/callbacks.ts
// makes. They never throw: what JavaScript code throws comes back as an error record, and is thrown
// here as a JsError.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bindings/codec/codec.h"

namespace keras::bindings {

// Hands over the error record of the bound function that is about to return.
void report_failure(const std::string& record);

// Calls a method of the JavaScript object with that uid: a custom layer, model, initializer, ...
Tree call_js_object(uint64_t uid, const char* method, const Packed& arguments);
// The config that the JavaScript object makes of itself.
json::Object js_config_of(uint64_t uid);

Tree call_js_function(const emscripten::val& function, const Packed& arguments);
// Whether it destructures that keyword from its last parameter.
bool js_function_takes(const emscripten::val& function, std::string_view keyword);
// Whether it is an arrow function, which is JavaScript's lambda.
bool js_function_is_lambda(const emscripten::val& function);
// Calls a function whose result is ignored, such as onProgress.
void notify_js(const emscripten::val& function, const Packed& arguments);

// Hooks of cloneModel. Nothing when the hook returns undefined.
std::optional<Tree> call_js_hook(const emscripten::val& hook, const Packed& arguments);
std::optional<Tree> call_js_clone_hook(const emscripten::val& hook,
                                       const std::shared_ptr<Object>& original);

// `Class.fromConfig(config)`
Tree js_from_config(const emscripten::val& js_class, const json::Object& config);
// `new Class({ inputs, outputs, name })` of a model class
Tree js_from_graph(const emscripten::val& js_class, const Tree& graph);

// While the core holds a custom object, its JavaScript object must live.
void retain_js_object(uint64_t uid);
void release_js_object(uint64_t uid);

}  // namespace keras::bindings
