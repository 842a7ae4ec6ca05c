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
ShapesOnlyScope* g_shapes_only = nullptr;
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
  if (g_shapes_only == nullptr || !g_shapes_only->remember(*this)) ++g_version;
  value_ = value;
  initialize_ = nullptr;
  initial_ = false;
}

uint64_t Variable::global_version() { return g_version; }
void Variable::count_change() { ++g_version; }

ShapesOnlyScope::ShapesOnlyScope()
    : outer_(std::exchange(g_shapes_only, this)), first_number_(g_created + 1) {}

ShapesOnlyScope::~ShapesOnlyScope() {
  g_shapes_only = outer_;
  for (Before& before : changed_) {
    Variable& variable = *before.variable;
    variable.value_ = std::move(before.value);
    variable.initialize_ = std::move(before.initialize);
    variable.initial_ = before.initial;
  }
}

bool ShapesOnlyScope::active() { return g_shapes_only != nullptr; }

void ShapesOnlyScope::note_missing_data() {
  for (auto* scope = g_shapes_only; scope != nullptr; scope = scope->outer_) {
    scope->missed_data_ = true;
  }
}

bool ShapesOnlyScope::remember(Variable& variable) {
  if (variable.number_ >= first_number_) return false;
  const bool known = std::any_of(changed_.begin(), changed_.end(), [&](const Before& before) {
    return before.variable.get() == &variable;
  });
  if (!known) {
    changed_.push_back(
        {variable.shared_from_this(), variable.value_, variable.initialize_, variable.initial_});
  }
  return true;
}

ShapesOnlyScope::Pause::Pause() : paused_(std::exchange(g_shapes_only, nullptr)) {}
ShapesOnlyScope::Pause::~Pause() { g_shapes_only = paused_; }

AutocastScope::AutocastScope(std::optional<DType> dtype) : previous_(g_autocast) {
  g_autocast = dtype;
}

AutocastScope::~AutocastScope() { g_autocast = previous_; }

std::optional<DType> AutocastScope::current() { return g_autocast; }

}  // namespace keras
