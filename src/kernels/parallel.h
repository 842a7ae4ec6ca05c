// Loops shared among threads; plain loops in builds without threads.
#pragma once

#include <algorithm>
#include <cstdint>

#ifdef KERAS_THREADS
#include "kernels/thread_pool.h"
#endif

namespace keras::kernels {

// Work that pays for a thread, in vector operations (a multiply-add of four floats, a load and a
// store): about 5 to 10 microseconds. Handing a part to a spinning thread costs about one, waking a
// thread up to fifty.
inline constexpr int64_t kPartCost = 1 << 14;

// The number of threads that may run a loop, and so of scratch buffers it needs.
inline int64_t thread_count() {
#ifdef KERAS_THREADS
  return pool_size();
#else
  return 1;
#endif
}
// The index of the current thread, below thread_count().
inline int64_t current_thread() {
#ifdef KERAS_THREADS
  return thread_of_pool();
#else
  return 0;
#endif
}

// Calls body(begin, end) on ranges that cover [0, count). The result for an item must not depend on
// its range. body must not allocate (workers cannot grow the memory) or throw. The ranges depend on
// the arguments only, not on the number of threads.
// `cost` is the cost of one item in vector operations; work below two parts stays on this thread.
template <class Body>
inline void parallel_for(int64_t count, int64_t cost, const Body& body) {
#ifdef KERAS_THREADS
  const int64_t length = std::max<int64_t>(1, kPartCost / std::max<int64_t>(1, cost));
  if (pool_size() > 1 && count > length) {
    const auto ranged = [&](int64_t part) {
      body(part * length, std::min(count, (part + 1) * length));
    };
    const Part run = [](const void* f, int64_t part) {
      (*static_cast<decltype(ranged)*>(f))(part);
    };
    run_on_pool(run, &ranged, (count + length - 1) / length);
    return;
  }
#else
  static_cast<void>(cost);
#endif
  if (count > 0) body(int64_t{0}, count);
}

// The same for ranges of n floats; `cost` is per vector.
template <class Body>
inline void parallel_for_floats(int64_t n, int64_t cost, const Body& body) {
  constexpr int64_t kBlock = 64;  // a few cache lines, so that threads do not share them
  parallel_for((n + kBlock - 1) / kBlock, cost * (kBlock / 4), [&](int64_t begin, int64_t end) {
    body(begin * kBlock, std::min(n, end * kBlock));
  });
}

}  // namespace keras::kernels
