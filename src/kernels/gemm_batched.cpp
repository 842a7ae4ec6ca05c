#include <algorithm>

#include "kernels/gemm.h"
#include "kernels/parallel.h"
#include "kernels/simd.h"

namespace keras::kernels {
namespace {

// Calls f(a_offset, b_offset, index) for every matrix of the batch.
template <class F>
void for_each_matrix(const BatchedGemm& p, const F& f) {
  const int rank = p.batch.rank();
  const int64_t count = p.batch.count();
  Dims index = p.batch;
  for (int axis = 0; axis < rank; ++axis) index[axis] = 0;
  int64_t a = 0, b = 0;
  for (int64_t i = 0; i < count; ++i) {
    f(a, b, i);
    for (int axis = rank - 1; axis >= 0; --axis) {
      a += p.a_strides[axis];
      b += p.b_strides[axis];
      if (++index[axis] < p.batch[axis]) break;
      a -= p.a_strides[axis] * p.batch[axis];
      b -= p.b_strides[axis] * p.batch[axis];
      index[axis] = 0;
    }
  }
}

// Matrices [begin, end) of the batch.
void batched_gemm(const BatchedGemm& p, const float* a, const float* b, float* c, float* scratch,
                  const Epilogue& epilogue, int64_t begin, int64_t end) {
  float* packed = scratch;
  float* rows = scratch + packed_b_floats(p.k, p.n);
  int64_t packed_offset = -1;
  for_each_matrix(p, [&](int64_t a_offset, int64_t b_offset, int64_t i) {
    if (i < begin || i >= end) return;
    if (b_offset != packed_offset) {  // packs a broadcast B once
      if (p.transpose_b) {
        pack_b_transposed(b + b_offset, p.ldb, p.k, p.n, packed);
      } else {
        pack_b(b + b_offset, p.ldb, p.k, p.n, packed);
      }
      packed_offset = b_offset;
    }
    const float* matrix = a + a_offset;
    int64_t lda = p.lda;
    if (p.transpose_a) {
      for (int64_t r = 0; r < p.m; ++r) {
        for (int64_t j = 0; j < p.k; ++j) rows[r * p.k + j] = matrix[j * lda + r];
      }
      matrix = rows;
      lda = p.k;
    }
    gemm(matrix, lda, packed, c + i * p.m * p.n, p.n, p.m, p.n, p.k, epilogue);
  });
}

// Per thread, rounded up so that the next thread's part is aligned.
int64_t thread_scratch_floats(const BatchedGemm& p) {
  const int64_t floats = packed_b_floats(p.k, p.n) + (p.transpose_a ? p.m * p.k : 0);
  return (floats + kLanes - 1) / kLanes * kLanes;
}

}  // namespace

int64_t batched_gemm_scratch_floats(const BatchedGemm& p) {
  return std::min(thread_count(), std::max<int64_t>(1, p.batch.count())) * thread_scratch_floats(p);
}

void batched_gemm(const BatchedGemm& p, const float* a, const float* b, float* c, float* scratch,
                  const Epilogue& epilogue) {
  const int64_t count = p.batch.count();
  // gemm() parallelizes each of a few large products.
  if (count < thread_count()) return batched_gemm(p, a, b, c, scratch, epilogue, 0, count);
  parallel_for(count, p.m * p.n * p.k / kLanes, [&](int64_t begin, int64_t end) {
    batched_gemm(p, a, b, c, scratch + current_thread() * thread_scratch_floats(p), epilogue, begin,
                 end);
  });
}

}  // namespace keras::kernels
