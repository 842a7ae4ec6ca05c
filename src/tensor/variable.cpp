#include "tensor/variable.h"

#include <algorithm>
#include <utility>

#include "base/byte_size.h"
#include "base/error.h"
#include "json/repr.h"
#include "tensor/cast.h"

namespace keras {
namespace {

uint64_t g_version = 0;
uint64_t g_created = 0;
std::optional<DType> g_autocast;

}  // namespace

Variable::Variable(std::string name, std::string path, const Shape& shape, DType dtype,
                   bool trainable, Initialize initialize)
    : name_(std::move(name)),
      path_(std::move(path)),
      shape_(shape),
      dtype_(dtype),
      trainable_(trainable),
      initialize_(std::move(initialize)),
      number_(++g_created) {
  if (!shape.is_fully_defined()) {
    raise_value_error(
        {"Shapes used to initialize variables must be fully-defined (no `None` dimensions). "
         "Received: shape=",
         repr(shape), " for variable path='", path_, "'"});
  }
  if (std::any_of(shape.begin(), shape.end(), [](int64_t dim) { return dim < 0; })) {
    raise_value_error(
        {"Cannot convert '", repr(shape), "' to a shape. Negative dimensions are not allowed."});
  }
}

const Tensor& Variable::stored_value() {
  if (!value_) {
    byte_size(shape_, dtype_);  // fail before the initializer uses the shape
    // As in Keras, a custom initializer may return another shape, which the variable takes.
    value_ = cast_data(initialize_(shape_, dtype_), dtype_);
    shape_ = value_.shape();
    initialize_ = nullptr;
  }
  return value_;
}

Tensor Variable::current_value() {
  const Tensor& stored = stored_value();
  const auto autocast = AutocastScope::current();
  return autocast && is_float(dtype_) ? cast_data(stored, *autocast) : stored;
}

Tensor Variable::value() {
  if (!ShapesOnlyScope::active()) return current_value();
  const auto autocast = AutocastScope::current();
  return Tensor::abstract(shape_, autocast && is_float(dtype_) ? *autocast : dtype_);
}

Tensor Variable::uncast_value() {
  return ShapesOnlyScope::active() ? Tensor::abstract(shape_, dtype_) : stored_value();
}

void Variable::assign(const Tensor& value) {
  if (value.shape() != shape_ && is_pending()) stored_value();
  if (value.shape() != shape_) {
    raise_value_error(
        {"The shape of the target variable and the shape of the target value in "
         "`variable.assign(value)` must match. variable.shape=",
         repr(shape_), ", Received: value.shape=", repr(value.shape()),
         ". Target variable: <Variable path=", path_, ", shape=", repr(shape_),
         ", dtype=", std::string(dtype_name(dtype_)), ">"});
  }
  if (ShapesOnlyScope::active() && !value.has_data()) return;
  adopt(value.dtype() == dtype_ ? value.copy() : cast_data(value, dtype_));
}

void Variable::adopt(const Tensor& value) {
  if (value.shape() != shape_ || value.dtype() != dtype_) {
    raise_internal_error({"Variable ", path_, " cannot adopt a tensor of another shape or dtype"});
  }
  StatelessScope* scope = StatelessScope::current();
  if (scope == nullptr || !scope->remember(*this)) ++g_version;
  value_ = value;
  initialize_ = nullptr;
  initial_ = false;
}

uint64_t Variable::global_version() { return g_version; }
void Variable::count_change() { ++g_version; }
uint64_t Variable::created_count() { return g_created; }

AutocastScope::AutocastScope(std::optional<DType> dtype) : previous_(g_autocast) {
  g_autocast = dtype;
}

AutocastScope::~AutocastScope() { g_autocast = previous_; }

std::optional<DType> AutocastScope::current() { return g_autocast; }

}  // namespace keras
