// The other side of the border as the core calls it: the methods of the host object of
// web/boundary/callbacks.ts. They never throw; what goes wrong inside of JavaScript is kept there
// and comes back as an Error of kind kJsError.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bindings/codec/value_codec.h"

namespace keras::bindings {

// The error record of the bound function that is about to return (codec/error_record.h).
void report_failure(const std::string& record);

// Calls a method of the JavaScript object behind a custom layer, model, initializer, ...
Tree call_js_object(uint64_t uid, const char* method, const Tree& arguments);
// Calls a function by its number.
Tree call_js_function(int64_t id, const Tree& arguments);
// Whether it destructures that keyword from its last parameter.
bool js_function_takes(int64_t id, std::string_view keyword);
// Whether it is an arrow function: JavaScript's lambda.
bool js_function_is_lambda(int64_t id);
// `Class.fromConfig(config)` of the class with that number.
Tree js_from_config(int64_t id, const json::Object& config);

// `new Class({ inputs, outputs, name })` of the model class with that number.
Tree js_from_graph(int64_t id, const Tree& graph);

// The core begins and ceases to hold a custom object: its JavaScript object must live for as long.
void retain_js_object(uint64_t uid);
void release_js_object(uint64_t uid);
// A function or class is no longer known to the core.
void release_js_function(int64_t id);

}  // namespace keras::bindings
