// Threads for kernels, for the lifetime of an object.
#pragma once

#include <thread>
#include <vector>

#include "kernels/thread_pool.h"

namespace keras::testing {

class Threads {
 public:
  explicit Threads(int count) {
    kernels::set_pool_size(count);
    for (int i = 1; i < count; ++i) workers_.emplace_back([i] { kernels::join_pool(i); });
  }
  ~Threads() {
    kernels::leave_pool();
    for (std::thread& worker : workers_) worker.join();
  }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  std::vector<std::thread> workers_;
};

}  // namespace keras::testing
