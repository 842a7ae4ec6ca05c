// A JSON value whose objects keep their order and whose numbers keep Python's 1 and 1.0 apart.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace keras::json {

class Value;
using Array = std::vector<Value>;

// Members in order of insertion. Look-up is a linear search: configs have a handful of keys.
class Object {
 public:
  using Member = std::pair<std::string, Value>;

  // A member in braces; its value moves into the object, which a list of members could not do.
  struct Init;

  Object();
  Object(std::initializer_list<Init> members);
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;
  ~Object();

  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  // The member of that key; throws KeyError "'key'" as Python does.
  const Value& at(std::string_view key) const;
  // Replaces the member or appends it.
  Value& set(std::string_view key, Value value);
  // Adds a member whose key is known to be new.
  void append(std::string key, Value value);
  bool erase(std::string_view key);
  // Removes the member and hands it over; throws KeyError when it is missing.
  Value take(std::string_view key);

  size_t size() const;
  bool empty() const { return size() == 0; }
  std::vector<Member>::const_iterator begin() const;
  std::vector<Member>::const_iterator end() const;
  std::vector<Member>::iterator begin();
  std::vector<Member>::iterator end();

  // Equal as Python dicts are: the order of members plays no part.
  bool operator==(const Object& other) const;

 private:
  std::vector<Member> members_;
};

class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool value) : data_(value) {}
  Value(int value) : data_(int64_t{value}) {}
  Value(int64_t value) : data_(value) {}
  Value(double value) : data_(value) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(Array value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  bool is_null() const { return data_.index() == 0; }
  bool is_bool() const { return data_.index() == 1; }
  bool is_int() const { return data_.index() == 2; }
  bool is_double() const { return data_.index() == 3; }
  bool is_number() const { return is_int() || is_double(); }
  bool is_string() const { return data_.index() == 4; }
  bool is_array() const { return data_.index() == 5; }
  bool is_object() const { return data_.index() == 6; }

  // These throw TypeError "Expected ..., received ..." on another kind of value.
  bool as_bool() const;
  int64_t as_int() const;    // also of a float with an integral value
  double as_double() const;  // also of an int
  const std::string& as_string() const;
  const Array& as_array() const;
  Array& as_array();
  const Object& as_object() const;
  Object& as_object();

  // The member `key` of an object, null when there is none or this is no object.
  const Value* find(std::string_view key) const;
  // True for what Python counts as true.
  bool truthy() const;

  // As in Python: 1 == 1.0, dicts without order.
  bool operator==(const Value& other) const;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> data_;
};

struct Object::Init {
  std::string_view key;
  mutable Value value;
};

// Python's name of the type: NoneType, bool, int, float, str, list, dict.
std::string_view python_type_name(const Value& value);

}  // namespace keras::json
