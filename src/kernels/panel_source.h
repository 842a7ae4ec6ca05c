// A matrix whose panels are made when they are needed: weights of fewer bits (gemm_compact.h).
#pragma once

#include <cstdint>

namespace keras::kernels {

class PanelSource {
 public:
  PanelSource() = default;
  PanelSource(const PanelSource&) = delete;
  PanelSource& operator=(const PanelSource&) = delete;

  // Rows [row, row + rows) of the panel of `width` columns that begins at `column`, as pack_b()
  // would write them. `row` is a multiple of kRowsAligned.
  static constexpr int64_t kRowsAligned = 4;
  virtual void read(int64_t column, int64_t width, int64_t row, int64_t rows, float* to) const = 0;

  // Products of one row with all rows of the kTogether columns from `column` on, summed in order;
  // false where they must be computed with floats.
  static constexpr int64_t kTogether = 32;
  virtual bool multiply_row(int64_t column, const float* a, float* sums) const = 0;

 protected:
  ~PanelSource() = default;
};

}  // namespace keras::kernels
