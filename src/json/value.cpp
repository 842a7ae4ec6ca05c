#include "json/value.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "json/repr.h"

namespace keras::json {

Object::Object() = default;
Object::Object(std::initializer_list<Init> members) {
  members_.reserve(members.size());
  for (const Init& member : members) {
    members_.emplace_back(std::string(member.key), std::move(member.value));
  }
}
Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

const Value* Object::find(std::string_view key) const {
  for (const Member& member : members_) {
    const std::string& name = member.first;
    if (name.size() == key.size() && std::memcmp(name.data(), key.data(), key.size()) == 0) {
      return &member.second;
    }
  }
  return nullptr;
}

Value* Object::find(std::string_view key) {
  return const_cast<Value*>(static_cast<const Object*>(this)->find(key));
}

const Value& Object::at(std::string_view key) const {
  if (const Value* value = find(key)) return *value;
  raise_key_error({"'", std::string(key), "'"});
}

Value& Object::set(std::string_view key, Value value) {
  if (Value* found = find(key)) return *found = std::move(value);
  return members_.emplace_back(std::string(key), std::move(value)).second;
}

void Object::append(std::string key, Value value) {
  members_.emplace_back(std::move(key), std::move(value));
}

void Object::reserve(size_t size) { members_.reserve(size); }

bool Object::erase(std::string_view key) {
  return std::erase_if(members_, [&](const Member& m) { return m.first == key; }) > 0;
}

Value Object::take(std::string_view key) {
  Value* found = find(key);
  if (found == nullptr) raise_key_error({"'", std::string(key), "'"});
  Value value = std::move(*found);
  erase(key);
  return value;
}

size_t Object::size() const { return members_.size(); }
std::vector<Object::Member>::const_iterator Object::begin() const { return members_.begin(); }
std::vector<Object::Member>::const_iterator Object::end() const { return members_.end(); }
std::vector<Object::Member>::iterator Object::begin() { return members_.begin(); }
std::vector<Object::Member>::iterator Object::end() { return members_.end(); }

bool Object::operator==(const Object& other) const {
  if (size() != other.size()) return false;
  return std::all_of(begin(), end(), [&](const Member& member) {
    const Value* value = other.find(member.first);
    return value != nullptr && *value == member.second;
  });
}

namespace {

[[noreturn]] void wrong_type(const char* expected, const Value& value) {
  raise_type_error({std::string("Expected "), expected, ", received ", repr(value), " (of type ",
                    std::string(python_type_name(value)), ")"});
}

}  // namespace

void Value::copy(const Value& other) {
  switch (other.kind_) {
    case Kind::kNull:
      break;
    case Kind::kBool:
      bool_ = other.bool_;
      break;
    case Kind::kInt:
      int_ = other.int_;
      break;
    case Kind::kDouble:
      double_ = other.double_;
      break;
    case Kind::kString:
      std::construct_at(&string_, other.string_);
      break;
    case Kind::kArray:
      std::construct_at(&array_, other.array_);
      break;
    case Kind::kObject:
      std::construct_at(&object_, other.object_);
      break;
    case Kind::kOpaque:
      std::construct_at(&opaque_, other.opaque_);
      break;
  }
  kind_ = other.kind_;  // last, because nothing throws from here on
}

void Value::take(Value& other) noexcept {
  kind_ = other.kind_;
  switch (kind_) {
    case Kind::kNull:
      break;
    case Kind::kBool:
      bool_ = other.bool_;
      break;
    case Kind::kInt:
      int_ = other.int_;
      break;
    case Kind::kDouble:
      double_ = other.double_;
      break;
    case Kind::kString:
      std::construct_at(&string_, std::move(other.string_));
      break;
    case Kind::kArray:
      std::construct_at(&array_, std::move(other.array_));
      break;
    case Kind::kObject:
      std::construct_at(&object_, std::move(other.object_));
      break;
    case Kind::kOpaque:
      std::construct_at(&opaque_, std::move(other.opaque_));
      break;
  }
}

void Value::destroy() noexcept {
  if (kind_ == Kind::kString) std::destroy_at(&string_);
  if (kind_ == Kind::kArray) std::destroy_at(&array_);
  if (kind_ == Kind::kObject) std::destroy_at(&object_);
  if (kind_ == Kind::kOpaque) std::destroy_at(&opaque_);
}

Value& Value::operator=(Value&& other) noexcept {
  Value taken(std::move(other));
  if (kind_ >= Kind::kString) destroy();
  take(taken);
  return *this;
}

bool Value::as_bool() const {
  if (is_bool()) return bool_;
  wrong_type("a boolean", *this);
}

int64_t Value::as_int() const {
  if (is_int()) return int_;
  // 2^63 as a double, the first that overflows.
  if (is_double() && std::trunc(double_) == double_ && std::fabs(double_) < 9223372036854775808.0) {
    return static_cast<int64_t>(double_);
  }
  wrong_type("an integer", *this);
}

double Value::as_double() const {
  if (is_double()) return double_;
  if (is_int()) return static_cast<double>(int_);
  wrong_type("a number", *this);
}

const std::string& Value::as_string() const {
  if (is_string()) return string_;
  wrong_type("a string", *this);
}

const Array& Value::as_array() const {
  if (is_array()) return array_;
  wrong_type("a list", *this);
}

Array& Value::as_array() { return const_cast<Array&>(static_cast<const Value*>(this)->as_array()); }

const Object& Value::as_object() const {
  if (is_object()) return object_;
  wrong_type("a dict", *this);
}

Object& Value::as_object() {
  return const_cast<Object&>(static_cast<const Value*>(this)->as_object());
}

const Opaque& Value::as_opaque() const {
  if (is_opaque()) return *opaque_;
  wrong_type("an object", *this);
}

const Value* Value::find(std::string_view key) const {
  return is_object() ? object_.find(key) : nullptr;
}

bool Value::truthy() const {
  switch (kind_) {
    case Kind::kBool:
      return bool_;
    case Kind::kInt:
      return int_ != 0;
    case Kind::kDouble:
      return double_ != 0;
    case Kind::kString:
      return !string_.empty();
    case Kind::kArray:
      return !array_.empty();
    case Kind::kObject:
      return !object_.empty();
    case Kind::kOpaque:
      return true;
    default:
      return false;
  }
}

bool Value::operator==(const Value& other) const {
  if (is_number() && other.is_number()) {
    if (is_int() && other.is_int()) return as_int() == other.as_int();
    const double a = as_double();
    const double b = other.as_double();
    // NaN equals NaN here, so that a config equals its own copy.
    return a == b || (std::isnan(a) && std::isnan(b));
  }
  if (kind_ != other.kind_) return false;
  if (is_bool()) return bool_ == other.bool_;
  if (is_string()) return string_ == other.string_;
  if (is_array()) return array_ == other.array_;
  if (is_object()) return object_ == other.object_;
  if (is_opaque()) return opaque_ == other.opaque_;
  return true;
}

std::string_view python_type_name(const Value& value) {
  if (value.is_null()) return "NoneType";
  if (value.is_bool()) return "bool";
  if (value.is_int()) return "int";
  if (value.is_double()) return "float";
  if (value.is_string()) return "str";
  if (value.is_opaque()) return "object";
  return value.is_array() ? "list" : "dict";
}

}  // namespace keras::json
