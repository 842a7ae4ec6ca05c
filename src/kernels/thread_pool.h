// The threads that share the work of kernels. Who starts them is another room's business: they
// join, and wait for work.
#pragma once

#include <cstdint>

namespace keras::kernels {

// Does a part of a job: the body and the number of the part.
using Part = void (*)(const void* body, int64_t part);

// How many threads work, the caller's included: 1 until set_pool_size() says otherwise.
int pool_size();
// The number of this thread: that with which it joined, 0 for others.
int64_t thread_of_pool();
// Says that `size` - 1 threads are in join_pool() or about to be. `may_sleep`: whether the thread
// that calls kernels may block while others finish their parts; the main thread of a page must not.
void set_pool_size(int size, bool may_sleep = true);

// Works on whatever run_on_pool() brings, until leave_pool(). `thread` is from 1 to pool_size()
// - 1.
void join_pool(int64_t thread);
// Sends the threads that joined away; those of WebAssembly stay to the end.
void leave_pool();
// Says that a thread which joined has ended in the middle of something: its part will never be
// done.
void report_dead_worker();

// Runs every part from 0 to `parts` - 1 once, on all threads, and returns when all are done. The
// caller is thread 0. Within a part, and while another thread does the same, it runs the parts one
// after the other. Throws an InternalError when a worker has died.
void run_on_pool(Part part, const void* body, int64_t parts);

// How many times threads shared parts, for tests.
int64_t jobs_of_pool();

}  // namespace keras::kernels
