// einsum, as matrix products.
#include <algorithm>
#include <map>
#include <string>

#include "ops/core.h"
#include "ops/numpy.h"
#include "ops/numpy/compact_product.h"
#include "ops/numpy/product.h"
#include "ops/table/tangent_rules.h"

namespace keras::ops {
namespace {

// An operand with labeled axes. Axes of an ellipsis are labeled with digits from '0', aligned at
// their ends, so that they broadcast.
struct Labeled {
  Tensor tensor;
  std::string labels;

  int64_t size_of(char label) const { return tensor.shape()[static_cast<int>(labels.find(label))]; }
  bool has(char label) const { return labels.find(label) != labels.npos; }
};

struct Subscripts {
  std::vector<std::string> operands;
  std::string output;
};

std::string without_spaces(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return c != ' '; });
  return out;
}

// Replaces an ellipsis by one digit for each axis.
std::string expand_ellipsis(const std::string& labels, int rank, int& ellipsis_rank) {
  const size_t dots = labels.find("...");
  if (dots == labels.npos) return labels;
  const int named = static_cast<int>(labels.size()) - 3;
  const int hidden = rank - named;
  if (hidden < 0)
    raise_value_error({"einstein sum subscripts string contains too many subscripts"});
  ellipsis_rank = std::max(ellipsis_rank, hidden);
  std::string digits;
  for (int i = hidden; i-- > 0;) digits += static_cast<char>('0' + i);
  return labels.substr(0, dots) + digits + labels.substr(dots + 3);
}

Subscripts parse(std::string_view text, const std::vector<Tensor>& operands) {
  const std::string subscripts = without_spaces(text);
  const size_t arrow = subscripts.find("->");
  std::string inputs = subscripts.substr(0, arrow);
  Subscripts out;
  int ellipsis_rank = 0;
  for (size_t i = 0; i < operands.size(); ++i) {
    const size_t comma = inputs.find(',');
    if ((comma == inputs.npos) != (i + 1 == operands.size())) {
      raise_value_error({"einsum: the number of operands does not fit the subscripts '",
                         std::string(text), "'. Received: ", std::to_string(operands.size()),
                         " operands."});
    }
    out.operands.push_back(
        expand_ellipsis(inputs.substr(0, comma), operands[i].rank(), ellipsis_rank));
    if (static_cast<int>(out.operands.back().size()) != operands[i].rank()) {
      raise_value_error(
          {"einstein sum subscripts string does not contain the right number of "
           "subscripts for operand ",
           std::to_string(i), ". Received: '", std::string(text), "' and shape ",
           repr(operands[i].shape())});
    }
    inputs = comma == inputs.npos ? "" : inputs.substr(comma + 1);
  }
  std::string digits;
  for (int i = ellipsis_rank; i-- > 0;) digits += static_cast<char>('0' + i);
  if (arrow != subscripts.npos) {
    out.output = subscripts.substr(arrow + 2);
    const size_t dots = out.output.find("...");
    if (dots != out.output.npos) out.output.replace(dots, 3, digits);
    return out;
  }
  // Implicit output: the ellipsis, then every label that occurs once, sorted.
  std::map<char, int> times_seen;
  for (const std::string& labels : out.operands) {
    for (const char label : labels) ++times_seen[label];
  }
  out.output = digits;
  for (const auto& [label, seen] : times_seen) {
    if (seen == 1 && !(label >= '0' && label <= '9')) out.output += label;
  }
  return out;
}

// Replaces axes of equal label within one operand by their diagonal.
Labeled with_diagonals(Labeled x) {
  for (size_t i = 0; i < x.labels.size(); ++i) {
    const size_t again = x.labels.find(x.labels[i], i + 1);
    if (again == x.labels.npos) continue;
    const int rank = x.tensor.rank();
    const int64_t n = x.tensor.shape()[static_cast<int>(i)];
    x.tensor = moveaxis(x.tensor, {static_cast<int64_t>(i), static_cast<int64_t>(again)},
                        {rank - 2, rank - 1});
    const Shape rest = x.tensor.shape().slice(0, rank - 2);
    // The diagonal of an n x n matrix is every (n + 1)th element.
    const Tensor flat = emit_alias(x.tensor, rest.concat({times(n, n)}));
    const Tree::Slice every{Tree(), Tree(), n == kNone ? Tree(1) : Tree(n + 1)};
    x.tensor = get_item(flat, Tree::tuple({Tree::Ellipsis(), every}));
    const char label = x.labels[i];
    std::string labels;
    for (const char c : x.labels) {
      if (c != label) labels += c;
    }
    x.labels = labels + label;
    i = static_cast<size_t>(-1);
  }
  return x;
}

// Sums over the axes whose labels are not needed any more.
Labeled summed(Labeled x, const std::string& needed) {
  std::vector<int64_t> axes;
  std::string kept;
  for (size_t i = 0; i < x.labels.size(); ++i) {
    if (needed.find(x.labels[i]) == needed.npos) {
      axes.push_back(static_cast<int64_t>(i));
    } else {
      kept += x.labels[i];
    }
  }
  if (!axes.empty()) x.tensor = sum(x.tensor, Axes(axes));
  x.labels = kept;
  return x;
}

Tensor arranged(const Labeled& x, const std::string& labels) {
  if (x.labels == labels) return x.tensor;
  std::vector<int64_t> order;
  for (const char label : labels) order.push_back(static_cast<int64_t>(x.labels.find(label)));
  return transpose(x.tensor, order);
}

// The roles of the labels of two operands in a matrix product.
struct Roles {
  std::string batch, rows, columns, inner;
};

Roles roles_of(const Labeled& a, const Labeled& b, const std::string& needed) {
  Roles roles;
  for (const char label : a.labels) {
    if (!b.has(label)) {
      roles.rows += label;
    } else if (needed.find(label) != needed.npos) {
      roles.batch += label;
    } else {
      roles.inner += label;
    }
  }
  for (const char label : b.labels) {
    if (!a.has(label)) roles.columns += label;
  }
  return roles;
}

Shape sizes_of(const Labeled& a, const Labeled& b, const std::string& labels) {
  Shape shape;
  for (const char label : labels) {
    int64_t size = a.has(label) ? a.size_of(label) : b.size_of(label);
    if (a.has(label) && b.has(label)) {
      const int64_t other = b.size_of(label);
      if (size != other && size != 1 && other != 1 && size != kNone && other != kNone) {
        raise_value_error({"Size of label '", std::string(1, label), "' for operand 1 (",
                           std::to_string(size), ") does not match previous terms (",
                           std::to_string(other), ")."});
      }
      if (size == 1 || size == kNone) size = other == 1 ? size : other;
    }
    shape.push_back(size);
  }
  return shape;
}

int64_t product_of(const Shape& shape) { return count(shape, 0, shape.rank()); }

// Chooses the order of the axis groups that moves less memory.
struct Operand2 {
  Tensor tensor;
  bool transposed;
};
Operand2 as_matrices(const Labeled& x, const std::string& batch, const std::string& first,
                     const std::string& second) {
  if (x.labels == batch + second + first) return {x.tensor, true};
  return {arranged(x, batch + first + second), false};
}

// Broadcasts axes of size 1 that must agree with the other operand.
Labeled widened(Labeled x, const Labeled& other, const std::string& labels) {
  const Shape sizes = sizes_of(x, other, labels);
  Shape shape = x.tensor.shape();
  for (size_t i = 0; i < labels.size(); ++i) {
    shape[static_cast<int>(x.labels.find(labels[i]))] = sizes[static_cast<int>(i)];
  }
  x.tensor = broadcast_to(x.tensor, shape);
  return x;
}

Labeled multiplied(Labeled a, Labeled b, const std::string& needed) {
  const bool keeps_weight = stays_compact(a.tensor, b.tensor, a.tensor.dtype());
  if (a.tensor.dtype() != b.tensor.dtype() && !keeps_weight) {  // one was int8, and summed
    a.tensor = cast(a.tensor, DType::kInt32);
    b.tensor = cast(b.tensor, DType::kInt32);
  }
  const Roles roles = roles_of(a, b, needed);
  a = widened(a, b, roles.batch + roles.inner);
  b = widened(b, a, roles.batch + roles.inner);
  const Shape batch = sizes_of(a, b, roles.batch);
  const Shape rows = sizes_of(a, b, roles.rows), columns = sizes_of(a, b, roles.columns);
  const int64_t m = product_of(rows), n = product_of(columns);
  const int64_t k = product_of(sizes_of(a, b, roles.inner));
  const Operand2 left = as_matrices(a, roles.batch, roles.rows, roles.inner);
  const Operand2 right = as_matrices(b, roles.batch, roles.inner, roles.columns);
  const Shape shape = batch.concat(rows).concat(columns);
  const DType dtype = a.tensor.dtype() == DType::kInt8 ? DType::kInt32 : a.tensor.dtype();
  Tensor y = emit_product(left.tensor, right.tensor, Spec{shape, dtype}, [&] {
    Product product{.gemm = {}, .shape = shape, .columns_last = columns.rank() == 1};
    kernels::BatchedGemm& p = product.gemm;
    p.m = m;
    p.n = n;
    p.k = k;
    p.transpose_a = left.transposed;
    p.transpose_b = right.transposed;
    p.lda = left.transposed ? m : k;
    p.ldb = right.transposed ? k : n;
    if (const int64_t matrices = product_of(batch); batch.rank() > 0) {
      p.batch = {matrices};
      p.a_strides = {m * k};
      p.b_strides = {k * n};
    }
    return product;
  });
  return {y, roles.batch + roles.rows + roles.columns};
}

// Whether every axis of the second operand is of the first one or of the output, once.
bool needs_no_sum(const Subscripts& parsed) {
  std::string labels = parsed.operands[1];
  const std::string known = parsed.operands[0] + parsed.output;
  if (labels.find_first_not_of(known) != labels.npos) return false;
  std::ranges::sort(labels);
  return std::ranges::adjacent_find(labels) == labels.end();
}

DType einsum_dtype(const std::vector<Tensor>& operands) {
  DType dtype = operands.front().dtype();
  bool all_int8 = true;
  for (const Tensor& x : operands) {
    if (x.dtype() != dtype) dtype = promote({dtype}, {x.dtype()});
    all_int8 = all_int8 && x.dtype() == DType::kInt8;
  }
  return all_int8 ? DType::kInt32 : dtype;
}

Tensor einsum_op(const std::string& subscripts, const std::vector<Tensor>& operands,
                 const Tree::Dict&) {
  return einsum(subscripts, operands);
}

}  // namespace

KERAS_OP("ops.numpy", Einsum, einsum_op, ".subscripts, *operands, **kwargs")

Tensor einsum(std::string_view subscripts, const std::vector<Tensor>& operands) {
  if (makes_node(rows::Einsum, operands)) {
    Tree::Sequence arguments(operands.begin(), operands.end());
    arguments.insert(arguments.begin(), std::string(subscripts));
    return call_row(rows::Einsum, arguments).as_tensor();
  }
  if (operands.empty()) raise_value_error({"einsum needs at least one operand"});
  const Subscripts parsed = parse(subscripts, operands);
  const DType dtype = einsum_dtype(operands);
  // A product of two operands of int8 has a kernel of its own.
  const bool keeps_int8 = operands.size() == 2 && operands[0].dtype() == DType::kInt8 &&
                          operands[1].dtype() == DType::kInt8;
  const DType compute = keeps_int8 ? DType::kInt8 : compute_dtype(dtype);
  std::vector<Labeled> terms;
  const bool keeps_weight = operands.size() == 2 &&
                            stays_compact(operands[0], operands[1], compute) &&
                            needs_no_sum(parsed);
  for (size_t i = 0; i < operands.size(); ++i) {
    const Tensor x = i == 1 && keeps_weight ? operands[i] : cast(operands[i], compute);
    terms.push_back(with_diagonals({x, parsed.operands[i]}));
  }
  // From left to right, each product keeping what the output or a later operand needs.
  const auto needed_after = [&](size_t next) {
    std::string needed = parsed.output;
    for (size_t i = next; i < terms.size(); ++i) needed += terms[i].labels;
    return needed;
  };
  Labeled result = summed(terms[0], needed_after(1));
  for (size_t i = 1; i < terms.size(); ++i) {
    const std::string needed = needed_after(i + 1);
    result = multiplied(result, summed(terms[i], needed + result.labels), needed);
  }
  result = summed(result, parsed.output);
  for (const char label : parsed.output) {
    if (!result.has(label)) {
      raise_value_error({"einstein sum subscripts string included output subscript '",
                         std::string(1, label), "' which never appeared in an input"});
    }
  }
  return cast(arranged(result, parsed.output), dtype);
}

}  // namespace keras::ops
