// The threads that run kernels. They are started elsewhere, join the pool, and wait for work.
#pragma once

#include <cstdint>

namespace keras::kernels {

// Runs one part of a job, given its body and the index of the part.
using Part = void (*)(const void* body, int64_t part);

// The number of threads, including the caller's; 1 until set_pool_size().
int pool_size();
// The index with which this thread joined; 0 for others.
int64_t thread_of_pool();
// Announces that `size` - 1 threads are in join_pool() or about to be. `may_sleep` allows the
// calling thread to block while others finish; the main thread of a page must not.
void set_pool_size(int size, bool may_sleep = true);

// Runs jobs of run_on_pool() until leave_pool(). `thread` is in [1, pool_size()).
void join_pool(int64_t thread);
// Makes the joined threads return; WebAssembly workers stay until the end.
void leave_pool();
// Reports that a joined thread died: its part will never be done.
void report_dead_worker();

// Runs every part in [0, parts) once, on all threads, and returns when all are done. The caller is
// thread 0. Runs them sequentially within a part, and while another thread runs a job.
// InternalError when a worker has died.
void run_on_pool(Part part, const void* body, int64_t parts);

// For tests: how many jobs were shared among threads.
int64_t jobs_of_pool();

}  // namespace keras::kernels
