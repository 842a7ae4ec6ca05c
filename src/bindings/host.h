// The other side of the border as the core calls it: the methods of the host object of web/host.ts.
// They never throw; what goes wrong inside of JavaScript is kept there and comes back as an Error
// of kind kHostError.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bindings/nest_codec.h"

namespace keras::bindings {

// An error for the host to raise when the bound function returns, with its notes; `number` is that
// of an error which the host keeps.
void report_failure(const std::string& kind, const std::string& message, const std::string& path,
                    const std::vector<std::string>& notes = {}, int64_t number = 0);

// Calls a method of the JavaScript object behind a custom layer, model, initializer, ...
Nest call_host_object(uint64_t uid, const char* method, const Nest& arguments);
// Calls a function by its number.
Nest call_host_function(int64_t id, const Nest& arguments);
// Whether it destructures that keyword from its last parameter.
bool host_function_takes(int64_t id, std::string_view keyword);
// Whether it is an arrow function: JavaScript's lambda.
bool host_function_is_lambda(int64_t id);
// `Class.fromConfig(config)` of the class with that number.
Nest host_from_config(int64_t id, const json::Object& config);

// `new Class({ inputs, outputs, name })` of the model class with that number.
Nest host_from_graph(int64_t id, const Nest& graph);

// The core begins and ceases to hold a custom object: its JavaScript object must live for as long.
void retain_host_object(uint64_t uid);
void release_host_object(uint64_t uid);
// A function or class is no longer known to the core.
void release_host_function(int64_t id);

}  // namespace keras::bindings
