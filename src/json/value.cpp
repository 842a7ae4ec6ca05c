#include "json/value.h"

#include <algorithm>
#include <cmath>

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
    if (member.first == key) return &member.second;
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

bool Value::as_bool() const {
  if (const bool* value = std::get_if<bool>(&data_)) return *value;
  wrong_type("a boolean", *this);
}

int64_t Value::as_int() const {
  if (const auto* value = std::get_if<int64_t>(&data_)) return *value;
  if (const auto* value = std::get_if<double>(&data_)) {
    // 2^63 as a double: the first that no longer fits.
    if (std::trunc(*value) == *value && std::fabs(*value) < 9223372036854775808.0) {
      return static_cast<int64_t>(*value);
    }
  }
  wrong_type("an integer", *this);
}

double Value::as_double() const {
  if (const auto* value = std::get_if<double>(&data_)) return *value;
  if (const auto* value = std::get_if<int64_t>(&data_)) return static_cast<double>(*value);
  wrong_type("a number", *this);
}

const std::string& Value::as_string() const {
  if (const auto* value = std::get_if<std::string>(&data_)) return *value;
  wrong_type("a string", *this);
}

const Array& Value::as_array() const {
  if (const auto* value = std::get_if<Array>(&data_)) return *value;
  wrong_type("a list", *this);
}

Array& Value::as_array() { return const_cast<Array&>(static_cast<const Value*>(this)->as_array()); }

const Object& Value::as_object() const {
  if (const auto* value = std::get_if<Object>(&data_)) return *value;
  wrong_type("a dict", *this);
}

Object& Value::as_object() {
  return const_cast<Object&>(static_cast<const Value*>(this)->as_object());
}

const Value* Value::find(std::string_view key) const {
  const auto* object = std::get_if<Object>(&data_);
  return object == nullptr ? nullptr : object->find(key);
}

bool Value::truthy() const {
  switch (data_.index()) {
    case 0:
      return false;
    case 1:
      return std::get<bool>(data_);
    case 2:
      return std::get<int64_t>(data_) != 0;
    case 3:
      return std::get<double>(data_) != 0;
    case 4:
      return !std::get<std::string>(data_).empty();
    case 5:
      return !std::get<Array>(data_).empty();
    default:
      return !std::get<Object>(data_).empty();
  }
}

bool Value::operator==(const Value& other) const {
  if (is_number() && other.is_number()) {
    if (is_int() && other.is_int()) return as_int() == other.as_int();
    const double a = as_double();
    const double b = other.as_double();
    // Two NaNs are one value here: a config is equal to its own copy.
    return a == b || (std::isnan(a) && std::isnan(b));
  }
  return data_ == other.data_;
}

std::string_view python_type_name(const Value& value) {
  if (value.is_null()) return "NoneType";
  if (value.is_bool()) return "bool";
  if (value.is_int()) return "int";
  if (value.is_double()) return "float";
  if (value.is_string()) return "str";
  return value.is_array() ? "list" : "dict";
}

}  // namespace keras::json
