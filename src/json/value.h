// A JSON value whose objects keep their order and whose numbers distinguish 1 from 1.0,
// as in Python.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace keras::json {

class Value;

// What a value may hold that is not JSON, such as an existing object in constructor options
// (serialization/live_objects.h). Never the result of parsing.
class Opaque {
 public:
  virtual ~Opaque() = default;
  // What is written for it.
  virtual Value as_json() const = 0;
  // As Python prints it.
  virtual std::string as_repr() const = 0;
};

using Array = std::vector<Value>;

// Members in insertion order. Lookup is linear: configs have few keys.
class Object {
 public:
  using Member = std::pair<std::string, Value>;

  // A member in braces. Unlike initializer_list elements, its value can be moved into the object.
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
  // KeyError "'key'" when missing, as in Python.
  const Value& at(std::string_view key) const;
  // Replaces or appends the member.
  Value& set(std::string_view key, Value value);
  // Appends a member whose key must be new.
  void append(std::string key, Value value);
  void reserve(size_t size);
  bool erase(std::string_view key);
  // Removes and returns the member; KeyError when missing.
  Value take(std::string_view key);

  size_t size() const;
  bool empty() const { return size() == 0; }
  std::vector<Member>::const_iterator begin() const;
  std::vector<Member>::const_iterator end() const;
  std::vector<Member>::iterator begin();
  std::vector<Member>::iterator end();

  // As Python dicts: ignores the order of members.
  bool operator==(const Object& other) const;

 private:
  std::vector<Member> members_;
};

class Value {
 public:
  Value() {}
  Value(std::nullptr_t) {}
  Value(bool value) : kind_(Kind::kBool), bool_(value) {}
  Value(int value) : Value(int64_t{value}) {}
  Value(int64_t value) : kind_(Kind::kInt), int_(value) {}
  Value(double value) : kind_(Kind::kDouble), double_(value) {}
  Value(const char* value) : Value(std::string(value)) {}
  Value(std::string_view value) : Value(std::string(value)) {}
  Value(std::string value) : kind_(Kind::kString), string_(std::move(value)) {}
  Value(Array value) : kind_(Kind::kArray), array_(std::move(value)) {}
  Value(Object value) : kind_(Kind::kObject), object_(std::move(value)) {}
  explicit Value(std::shared_ptr<const Opaque> value)
      : kind_(Kind::kOpaque), opaque_(std::move(value)) {}
  Value(const Value& other) { copy(other); }
  Value(Value&& other) noexcept { take(other); }
  // By value, because `other` may be part of this.
  Value& operator=(const Value& other) { return *this = Value(other); }
  Value& operator=(Value&& other) noexcept;
  ~Value() {
    if (kind_ >= Kind::kString) destroy();
  }

  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_bool() const { return kind_ == Kind::kBool; }
  bool is_int() const { return kind_ == Kind::kInt; }
  bool is_double() const { return kind_ == Kind::kDouble; }
  bool is_number() const { return is_int() || is_double(); }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_object() const { return kind_ == Kind::kObject; }
  bool is_opaque() const { return kind_ == Kind::kOpaque; }
  // Whether it may stand for a Keras object: by its record, or as the object itself.
  bool may_be_keras_object() const { return is_object() || is_opaque(); }

  // TypeError "Expected ..., received ..." for other kinds of values.
  bool as_bool() const;
  int64_t as_int() const;    // also of a float with an integral value
  double as_double() const;  // also of an int
  const std::string& as_string() const;
  const Array& as_array() const;
  Array& as_array();
  const Object& as_object() const;
  Object& as_object();
  const Opaque& as_opaque() const;

  // The member `key`; null when it is missing or this is not an object.
  const Value* find(std::string_view key) const;
  // Python's truth value.
  bool truthy() const;

  // As in Python: 1 == 1.0, and dicts ignore order.
  bool operator==(const Value& other) const;

 private:
  // Kinds from kString on own memory. (A std::variant would dispatch through a table for each of
  // millions of moves and destructions.)
  enum class Kind : unsigned char {
    kNull,
    kBool,
    kInt,
    kDouble,
    kString,
    kArray,
    kObject,
    kOpaque
  };

  // Both require a value that owns nothing.
  void copy(const Value& other);
  void take(Value& other) noexcept;
  void destroy() noexcept;

  Kind kind_ = Kind::kNull;
  union {
    bool bool_;
    int64_t int_;
    double double_;
    std::string string_;
    Array array_;
    Object object_;
    std::shared_ptr<const Opaque> opaque_;
  };
};

struct Object::Init {
  std::string_view key;
  mutable Value value;
};

// Python's name of the type: NoneType, bool, int, float, str, list, dict.
std::string_view python_type_name(const Value& value);

}  // namespace keras::json
