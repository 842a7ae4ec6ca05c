// Threads: called by web/runtime/threads.ts and by the workers of web/runtime/worker.ts. Only in
// variants with threads.
#include <emscripten/emscripten.h>
#include <pthread.h>

#include <cstdint>
#include <cstdlib>
#include <new>

#include "bindings/guard.h"
#include "kernels/thread_pool.h"

namespace keras::bindings {
namespace {

// Kernels need only a few kilobytes.
constexpr size_t kStackBytes = 256 * 1024;

// The end of memory for one worker's stack and thread-local variables. Never freed: workers run as
// long as the module.
double worker_memory() {
  const size_t bytes = kStackBytes + (__builtin_wasm_tls_size() + 15) / 16 * 16;
  void* const memory = std::aligned_alloc(16, bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return static_cast<double>(reinterpret_cast<uintptr_t>(memory) + kStackBytes);
}

void set_threads(int threads, bool may_sleep) { kernels::set_pool_size(threads, may_sleep); }

}  // namespace
}  // namespace keras::bindings

// keras_enter_worker(end of the stack, which is the start of the thread-local variables): called
// first, on an instance whose stack pointer is still the main thread's. __wasm_init_tls needs
// no stack.
__asm__(R"(
  .globaltype __stack_pointer, i32
  .functype __wasm_init_tls (i32) -> ()
  .section .text.keras_enter_worker,"",@
  .globl keras_enter_worker
  .export_name keras_enter_worker, keras_enter_worker
keras_enter_worker:
  .functype keras_enter_worker (i32) -> ()
  local.get 0
  call __wasm_init_tls
  local.get 0
  global.set __stack_pointer
  end_function
)");

extern "C" {

// The linker fills in where the thread-local variables of the main thread are, but not in the
// globals through which one object file finds another's, and exceptions pass through such a one:
// nothing would catch them. __wasm_init_tls does both.
void __wasm_init_tls(void* variables);
[[gnu::constructor(101)]] static void initialize_main_thread() {
  __wasm_init_tls(__builtin_wasm_tls_base());
}

// Emscripten's libraries for shared memory without its threads lock with functions that it leaves
// out. What locks, here std::call_once and the memory of last resort of exceptions, runs on the
// main thread alone.
int pthread_mutex_lock(pthread_mutex_t*) { return 0; }
int pthread_mutex_unlock(pthread_mutex_t*) { return 0; }
int pthread_cond_wait(pthread_cond_t*, pthread_mutex_t*) { return 0; }
int pthread_cond_broadcast(pthread_cond_t*) { return 0; }

// Never returns.
EMSCRIPTEN_KEEPALIVE void keras_join_pool(int thread) { keras::kernels::join_pool(thread); }
EMSCRIPTEN_KEEPALIVE void keras_report_dead_worker() { keras::kernels::report_dead_worker(); }

// For tests.
EMSCRIPTEN_KEEPALIVE double keras_jobs_of_pool() {
  return static_cast<double>(keras::kernels::jobs_of_pool());
}
}

EMSCRIPTEN_BINDINGS(keras_worker) {
  using namespace keras::bindings;
  bind<&worker_memory>("workerMemory");
  bind<&set_threads>("setThreads");
}
