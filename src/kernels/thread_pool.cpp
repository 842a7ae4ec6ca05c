#include "kernels/thread_pool.h"

#ifdef KERAS_THREADS

#include <algorithm>
#include <atomic>
#include <iterator>

#include "base/error.h"

namespace keras::kernels {
namespace {

using Word = std::atomic<uint32_t>;

// Spins on a word that is about to change: the next layer of a model starts within microseconds,
// and waking a thread takes longer.
constexpr int kSpins = 20'000;

void sleep_here(Word& word, uint32_t value) {
#ifdef __wasm__
  static_assert(sizeof(Word) == sizeof(int32_t));
  __builtin_wasm_memory_atomic_wait32(reinterpret_cast<int32_t*>(&word),
                                      static_cast<int32_t>(value), -1);
#else
  word.wait(value);
#endif
}

// Node 20's baseline compiler loses the local variables of a function that waits (the stack pointer
// was wrong afterwards). So waiting happens in a function without any, and the volatile pointer
// prevents inlining.
void (*volatile const sleep_while)(Word& word, uint32_t value) = sleep_here;

void wake_all(Word& word) {
#ifdef __wasm__
  __builtin_wasm_memory_atomic_notify(reinterpret_cast<int32_t*>(&word), ~0u);
#else
  word.notify_all();
#endif
}

int size = 1;
bool may_sleep = true;

// The job. Only written while no part is left, so a thread with a part may read it until the part
// is done.
Part run_part = nullptr;
const void* job_body = nullptr;
int32_t job_parts = 0;
int32_t job_ranges = 1;
int64_t jobs = 0;

// The thread's index, for its parts. As a local variable of join_pool(), which waits, it was lost
// in Node 20 (see above).
thread_local int64_t own_thread = 0;
thread_local bool is_in_part = false;

// Each thread starts with its own range of parts and then helps with others: adjacent parts of
// consecutive jobs mostly access the same data, which is then in the cache of the same core. With
// many threads, several share a range.
constexpr int32_t kMostRanges = 8;
struct alignas(64) Range {
  std::atomic<int32_t> left = 0;  // parts not taken yet; below 0 after the last
};
Range ranges[kMostRanges];

int32_t end_of_range(int32_t range) {
  return static_cast<int32_t>(int64_t{job_parts} * (range + 1) / job_ranges);
}

// Each on its own cache line.
alignas(64) Word parts_done = 0;  // the caller sleeps on it
alignas(64) Word sleeping_workers = 0;
Word bell = 0;  // incremented per job; workers sleep on it
Word is_caller_asleep = 0;
Word is_busy = 0;
Word is_closed = 0;
Word dead_workers = 0;

bool any_left() {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [](const Range& range) { return range.left.load() > 0; });
}

// Takes a part of the current job, which may have changed since the caller looked. Threads that are
// too late decrement an exhausted counter, which the next job resets.
bool take(int64_t& part) {
  for (int32_t i = 0; i < kMostRanges; ++i) {
    const auto range = static_cast<int32_t>((own_thread + i) % kMostRanges);
    if (ranges[range].left.load() <= 0) continue;
    const int32_t left = ranges[range].left.fetch_sub(1);
    if (left <= 0) continue;
    part = end_of_range(range) - left;
    return true;
  }
  return false;
}

// Returns whether there was a part to do. After the last part is counted, the job may be gone.
bool work() {
  bool any = false;
  for (int64_t part; take(part); any = true) {
    const auto all = static_cast<uint32_t>(job_parts);
    is_in_part = true;
    run_part(job_body, part);
    is_in_part = false;
    if (parts_done.fetch_add(1) + 1 == all && is_caller_asleep.load() != 0) wake_all(parts_done);
  }
  return any;
}

void wait_until_done(uint32_t parts) {
  const auto finished = [&](uint32_t done) { return done == parts; };
  for (int i = 0; i < kSpins; i += may_sleep ? 1 : 0) {
    if (finished(parts_done.load())) return;
  }
  is_caller_asleep = 1;
  for (uint32_t done; done = parts_done.load(), !finished(done);) sleep_while(parts_done, done);
  is_caller_asleep = 0;
}

void wake_workers() {
  ++bell;
  wake_all(bell);
}

}  // namespace

int pool_size() { return size; }
int64_t thread_of_pool() { return own_thread; }

void set_pool_size(int new_size, bool caller_may_sleep) {
  size = new_size;
  may_sleep = caller_may_sleep;
  is_closed = 0;
  dead_workers = 0;
}

void join_pool(int64_t thread) {
  own_thread = thread;
  while (is_closed.load() == 0) {
    if (work()) continue;
    int i = 0;
    while (i < kSpins && !any_left() && is_closed.load() == 0) ++i;
    if (i < kSpins) continue;
    ++sleeping_workers;
    const uint32_t rung = bell.load();
    if (!any_left() && is_closed.load() == 0) sleep_while(bell, rung);
    --sleeping_workers;
  }
}

void leave_pool() {
  size = 1;
  is_closed = 1;
  wake_workers();
}

// Other threads may still run parts of the job, which refers to variables of its caller. The job
// ends when they are done, so the dead worker's part counts as done.
void report_dead_worker() {
  ++dead_workers;
  if (!is_in_part) return;
  is_in_part = false;
  ++parts_done;
  wake_all(parts_done);
}

void run_on_pool(Part part, const void* body, int64_t parts) {
  // Nested parallel loops, and callers on other threads.
  if (is_busy.exchange(1) != 0) {
    for (int64_t i = 0; i < parts; ++i) part(body, i);
    return;
  }
  run_part = part;
  job_body = body;
  job_parts = static_cast<int32_t>(parts);
  ++jobs;
  parts_done = 0;
  job_ranges = std::min(size, kMostRanges);
  for (int32_t range = 0, begin = 0; range < job_ranges; ++range) {
    const int32_t end = end_of_range(range);
    ranges[range].left = end - begin;
    begin = end;
  }
  if (sleeping_workers.load() > 0) wake_workers();
  work();
  wait_until_done(static_cast<uint32_t>(parts));
  is_busy = 0;
  if (dead_workers.load() != 0) {
    leave_pool();
    dead_workers = 0;
    throw internal_error("A worker thread died during a computation");
  }
}

int64_t jobs_of_pool() { return jobs; }

}  // namespace keras::kernels

#endif
