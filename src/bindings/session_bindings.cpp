// Start, memory, names and seeds.
#include <emscripten/heap.h>

#include "base/naming.h"
#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/custom_classes/js_function.h"
#include "bindings/guard.h"
#include "models/builtins.h"
#include "random/seed_generator_object.h"

namespace keras::bindings {
namespace {

void start() { register_builtins(); }

// {handles, buffers, bytes, heapBytes, functions}
std::string memory() {
  return encode(json::Object{{"handles", static_cast<int64_t>(Handle::live_count())},
                             {"buffers", static_cast<int64_t>(Buffer::live_count())},
                             {"bytes", static_cast<int64_t>(Buffer::live_bytes())},
                             {"heapBytes", static_cast<int64_t>(emscripten_get_heap_size())},
                             {"functions", static_cast<int64_t>(JsFunction::live_count())}});
}

void clear() { clear_session(); }

void set_seed(double seed) { set_random_seed(static_cast<int64_t>(seed)); }

std::string automatic_name(const std::string& class_name) { return auto_name(class_name); }

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_session) {
  using namespace keras::bindings;
  bind<&start>("start");
  bind<&memory>("memory");
  bind<&clear>("clearSession");
  bind<&set_seed>("setRandomSeed");
  bind<&automatic_name>("autoName");
}
