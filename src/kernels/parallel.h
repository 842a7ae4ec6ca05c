// Loops whose iterations are shared among threads. In builds without threads they are plain calls.
#pragma once

#include <algorithm>
#include <cstdint>

#ifdef KERAS_THREADS
#include "kernels/thread_pool.h"
#endif

namespace keras::kernels {

// Work that is worth a thread's attention, in vector operations (a multiply-add of four floats, a
// load and a store of them): some 5 to 10 microseconds. Handing a part to a thread that looks for
// work costs one, waking a thread up up to fifty.
inline constexpr int64_t kPartCost = 1 << 14;

// How many threads may be in a loop at once: as many pieces of scratch memory does it need.
inline int64_t thread_count() {
#ifdef KERAS_THREADS
  return pool_size();
#else
  return 1;
#endif
}
// Which of them this is, from 0 to thread_count() - 1.
inline int64_t current_thread() {
#ifdef KERAS_THREADS
  return thread_of_pool();
#else
  return 0;
#endif
}

// Calls body(begin, end) for ranges that make up [0, count). What body does for an item must not
// depend on the range it is in, must not allocate (a worker cannot grow the memory) and must not
// throw. Ranges follow from the arguments alone, not from the number of threads.
//
// `cost` is that of one item in vector operations: work of less than two parts stays on this
// thread.
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

// The same for ranges of n floats, where `cost` is that of one vector.
template <class Body>
inline void parallel_for_floats(int64_t n, int64_t cost, const Body& body) {
  constexpr int64_t kBlock = 64;  // a few cache lines, so that threads do not write the same ones
  parallel_for((n + kBlock - 1) / kBlock, cost * (kBlock / 4), [&](int64_t begin, int64_t end) {
    body(begin * kBlock, std::min(n, end * kBlock));
  });
}

}  // namespace keras::kernels
