#include "base/dtype.h"

#include <array>
#include <bit>
#include <cstdint>

#include "base/error.h"

namespace keras {
namespace {

struct Row {
  DType dtype;
  std::string_view name;
  size_t size;
};

constexpr std::array kRows = {
    Row{DType::kBool, "bool", 1},
    Row{DType::kUInt8, "uint8", 1},
    Row{DType::kUInt16, "uint16", 2},
    Row{DType::kUInt32, "uint32", 4},
    Row{DType::kUInt64, "uint64", 8},
    Row{DType::kInt8, "int8", 1},
    Row{DType::kInt16, "int16", 2},
    Row{DType::kInt32, "int32", 4},
    Row{DType::kInt64, "int64", 8},
    Row{DType::kFloat16, "float16", 2},
    Row{DType::kBFloat16, "bfloat16", 2},
    Row{DType::kFloat32, "float32", 4},
    Row{DType::kFloat64, "float64", 8},
    Row{DType::kFloat8E4M3, "float8_e4m3fn", 1},
    Row{DType::kFloat8E5M2, "float8_e5m2", 1},
    Row{DType::kComplex64, "complex64", 8},
    Row{DType::kString, "string", 0},
};

// Nodes of the promotion lattice; kWeakInt and kWeakFloat are Python's int and float.
enum Node {
  kB1,
  kU1,
  kU2,
  kU4,
  kU8,
  kWeakInt,
  kI1,
  kI2,
  kI4,
  kI8,
  kWeakFloat,
  kBF,
  kF2,
  kF4,
  kF8,
  kC64,
  kNodes
};

constexpr uint32_t bit(int node) { return 1u << node; }

// Direct successors of each node, then everything above it (itself included).
constexpr std::array<uint32_t, kNodes> upper_bounds() {
  std::array<uint32_t, kNodes> up{};
  up[kB1] = bit(kWeakInt);
  up[kU1] = bit(kI2) | bit(kU2);
  up[kU2] = bit(kI4) | bit(kU4);
  up[kU4] = bit(kI8) | bit(kU8);
  up[kU8] = bit(kWeakFloat);
  up[kWeakInt] = bit(kU1) | bit(kI1) | bit(kC64);
  up[kI1] = bit(kI2);
  up[kI2] = bit(kI4);
  up[kI4] = bit(kI8);
  up[kI8] = bit(kWeakFloat);
  up[kWeakFloat] = bit(kBF) | bit(kF2);
  up[kBF] = bit(kF4);
  up[kF2] = bit(kF4);
  up[kF4] = bit(kF8) | bit(kC64);
  for (int n = 0; n < kNodes; ++n) up[n] |= bit(n);
  for (int round = 0; round < kNodes; ++round) {
    for (int n = 0; n < kNodes; ++n) {
      for (int m = 0; m < kNodes; ++m) {
        if (up[n] & bit(m)) up[n] |= up[m];
      }
    }
  }
  return up;
}
constexpr auto kUpperBounds = upper_bounds();

int node_of(DType dtype) {
  switch (dtype) {
    case DType::kBool:
      return kB1;
    case DType::kUInt8:
      return kU1;
    case DType::kUInt16:
      return kU2;
    case DType::kUInt32:
      return kU4;
    case DType::kUInt64:
      return kU8;
    case DType::kInt8:
      return kI1;
    case DType::kInt16:
      return kI2;
    case DType::kInt32:
      return kI4;
    case DType::kInt64:
      return kI8;
    case DType::kFloat16:
      return kF2;
    case DType::kBFloat16:
      return kBF;
    case DType::kFloat32:
      return kF4;
    case DType::kFloat64:
      return kF8;
    case DType::kComplex64:
      return kC64;
    default:
      break;
  }
  raise_value_error({"There is no implicit conversion from ", std::string(dtype_name(dtype)),
                     " to other dtypes. You must cast it."});
}

// Keras on JAX has no 64-bit types: they become their 32-bit counterparts.
DType dtype_of(int node) {
  constexpr std::array<DType, kNodes> kTypes = {
      DType::kBool,    DType::kUInt8,   DType::kUInt16,  DType::kUInt32,
      DType::kUInt32,  DType::kInt32,   DType::kInt8,    DType::kInt16,
      DType::kInt32,   DType::kInt32,   DType::kFloat32, DType::kBFloat16,
      DType::kFloat16, DType::kFloat32, DType::kFloat32, DType::kComplex64};
  return kTypes[node];
}

int weak_node_of(DType dtype) {
  if (dtype == DType::kBool) return kB1;
  return is_float(dtype) ? kWeakFloat : is_integer(dtype) ? kWeakInt : node_of(dtype);
}

int least_upper_bound(int a, int b) {
  const uint32_t common = kUpperBounds[a] & kUpperBounds[b];
  const uint32_t own = common & (bit(a) | bit(b));
  if (own != 0) return std::countr_zero(own);
  for (int n = 0; n < kNodes; ++n) {
    if ((common & bit(n)) && (common & ~kUpperBounds[n]) == 0) return n;
  }
  raise_value_error(
      {"Input dtypes have no available implicit dtype promotion path. Try explicitly "
       "casting inputs to the desired output type."});
}

}  // namespace

std::string_view dtype_name(DType dtype) { return kRows[static_cast<size_t>(dtype)].name; }

std::optional<DType> find_dtype(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.dtype;
  }
  if (name == "int") return DType::kInt32;
  return std::nullopt;
}

DType parse_dtype(std::string_view name) {
  if (auto dtype = find_dtype(name)) return *dtype;
  raise_value_error({"Invalid dtype: ", std::string(name)});
}

size_t dtype_size(DType dtype) { return kRows[static_cast<size_t>(dtype)].size; }

bool is_float(DType dtype) {
  return dtype == DType::kFloat16 || dtype == DType::kBFloat16 || dtype == DType::kFloat32 ||
         dtype == DType::kFloat64 || dtype == DType::kFloat8E4M3 || dtype == DType::kFloat8E5M2;
}

bool is_integer(DType dtype) { return dtype >= DType::kUInt8 && dtype <= DType::kInt64; }

DType result_type(PromotedType a, PromotedType b) {
  if (a.weak && b.weak) {
    const int node = least_upper_bound(node_of(a.dtype), node_of(b.dtype));
    if (node == kB1) return DType::kBool;
    return is_float(dtype_of(node)) ? DType::kFloat32 : DType::kInt32;
  }
  const int na = a.weak ? weak_node_of(a.dtype) : node_of(a.dtype);
  const int nb = b.weak ? weak_node_of(b.dtype) : node_of(b.dtype);
  return dtype_of(na == nb ? na : least_upper_bound(na, nb));
}

}  // namespace keras
