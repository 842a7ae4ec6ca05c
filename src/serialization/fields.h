// An object states its config once, in `fields()`: each member is visited with its key, and
// reading, writing and documenting configs are visitors of that list (after LLVM's YAMLTraits).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/dtype.h"
#include "base/function_ref.h"
#include "base/shape.h"
#include "json/value.h"

namespace keras {

// A number that remembers whether it was an int: Keras writes Dropout(1) as `"rate": 1`, not 1.0.
class Number {
 public:
  Number() : value_(0.0) {}
  Number(int value) : value_(value) {}
  Number(int64_t value) : value_(value) {}
  Number(double value) : value_(value) {}
  explicit Number(json::Value value) : value_(std::move(value)) {}

  operator double() const { return value_.as_double(); }
  float to_float() const { return static_cast<float>(value_.as_double()); }
  const json::Value& json() const { return value_; }

 private:
  json::Value value_;
};

// An int or a list of ints, such as a kernel size; `validate` expands it to full length.
struct Ints : std::vector<int64_t> {
  using std::vector<int64_t>::vector;
};

struct FieldFlags {
  bool required = false;    // has no default
  bool omit_null = false;   // written only when not null
  bool read_only = false;   // accepted, never written
  bool write_only = false;  // written, never accepted
};

namespace Field {
inline constexpr FieldFlags kDefault{};
inline constexpr FieldFlags kRequired{.required = true};
inline constexpr FieldFlags kOmitNull{.omit_null = true};
inline constexpr FieldFlags kReadOnly{.read_only = true};
inline constexpr FieldFlags kWriteOnly{.write_only = true};
}  // namespace Field

// What a field holds beyond plain data, for code that treats those alike in all classes.
enum class FieldRole {
  kData,
  kActivation,
  kInitializer,
  kRegularizer,
  kConstraint,
  kLayers,
};

class Object;
class Function;

// A type-erased member.
class FieldSlot {
 public:
  virtual ~FieldSlot() = default;
  virtual void assign(const json::Value& value) = 0;
  virtual json::Value serialize() const = 0;
  virtual FieldRole role() const = 0;
  virtual std::string_view typescript() const = 0;
  // Whether the member may be assigned after construction because nothing is derived from it.
  virtual bool is_assignable() const = 0;
  // The value if it is an object or function; otherwise null.
  virtual std::shared_ptr<Object> object() const = 0;
  virtual std::shared_ptr<Function> function() const = 0;
  // Side effects of Keras's constructor beyond storing the argument, such as drawing a seed.
  virtual void settle() = 0;
};

// How to read, write and document a member of type T. Specialized for a closed set of field types.
template <class T>
struct FieldTraits;

class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;

  template <class T>
  void operator()(std::string_view key, T& member, std::string_view doc = "",
                  FieldFlags flags = Field::kDefault) {
    struct Slot final : FieldSlot {
      explicit Slot(T& m) : member(m) {}
      void assign(const json::Value& value) override { member = FieldTraits<T>::read(value); }
      json::Value serialize() const override { return FieldTraits<T>::write(member); }
      FieldRole role() const override {
        if constexpr (requires { FieldTraits<T>::kRole; }) return FieldTraits<T>::kRole;
        return FieldRole::kData;
      }
      std::string_view typescript() const override { return FieldTraits<T>::kTypeScript; }
      bool is_assignable() const override {
        return requires { FieldTraits<T>::kAssignable; };
      }
      std::shared_ptr<Object> object() const override {
        if constexpr (std::is_convertible_v<T, std::shared_ptr<Object>>) return member;
        if constexpr (requires { member.object(); }) return member.object();
        return nullptr;
      }
      std::shared_ptr<Function> function() const override {
        if constexpr (requires { member.function(); }) return member.function();
        return nullptr;
      }
      void settle() override {
        if constexpr (requires { FieldTraits<T>::settle(member); }) FieldTraits<T>::settle(member);
      }
      T& member;
    } slot(member);
    visit(key, slot, doc, flags);
  }

 private:
  virtual void visit(std::string_view key, FieldSlot& slot, std::string_view doc,
                     FieldFlags flags) = 0;
};

// Fills the fields from the config. Throws for unknown keys, missing required keys and wrong types,
// with the path.
void read_fields(Object& object, const json::Object& config);
json::Object write_fields(const Object& object);

// Calls `body` with the field at `key`; returns whether there is one.
bool with_field(Object& object, std::string_view key, FunctionRef<void(FieldSlot&)> body);

// One row per field, for TypeScript declarations and documentation.
struct FieldDescription {
  std::string key;
  FieldRole role;
  std::string typescript;
  std::string doc;
  json::Value default_value;
  FieldFlags flags;
};
std::vector<FieldDescription> describe_fields(Object& object);

template <>
struct FieldTraits<bool> {
  static bool read(const json::Value& value);
  static json::Value write(bool value) { return value; }
  static constexpr std::string_view kTypeScript = "boolean";
};
template <>
struct FieldTraits<int64_t> {
  static int64_t read(const json::Value& value) { return value.as_int(); }
  static json::Value write(int64_t value) { return value; }
  static constexpr std::string_view kTypeScript = "number";
};
template <>
struct FieldTraits<Number> {
  static Number read(const json::Value& value);
  static json::Value write(const Number& value) { return value.json(); }
  static constexpr bool kAssignable = true;
  static constexpr std::string_view kTypeScript = "number";
};
template <>
struct FieldTraits<std::string> {
  static std::string read(const json::Value& value) { return value.as_string(); }
  static json::Value write(const std::string& value) { return value; }
  static constexpr std::string_view kTypeScript = "string";
};
template <>
struct FieldTraits<json::Value> {
  static json::Value read(const json::Value& value) { return value; }
  static json::Value write(const json::Value& value) { return value; }
  static constexpr std::string_view kTypeScript = "JsonValue";
};
template <>
struct FieldTraits<Ints> {
  static Ints read(const json::Value& value);
  static json::Value write(const Ints& value);
  static constexpr std::string_view kTypeScript = "number | readonly number[]";
};
template <>
struct FieldTraits<DType> {
  static DType read(const json::Value& value) { return parse_dtype(value.as_string()); }
  static json::Value write(DType value) { return dtype_name(value); }
  static constexpr std::string_view kTypeScript = "DType";
};
// A list with null as None.
template <>
struct FieldTraits<Shape> {
  static Shape read(const json::Value& value);
  static json::Value write(const Shape& value);
  static constexpr std::string_view kTypeScript = "readonly (number | null)[]";
};
template <class T>
struct FieldTraits<std::optional<T>> {
  static std::optional<T> read(const json::Value& value) {
    if (value.is_null()) return std::nullopt;
    return FieldTraits<T>::read(value);
  }
  static json::Value write(const std::optional<T>& value) {
    return value ? FieldTraits<T>::write(*value) : json::Value();
  }
  static constexpr std::string_view kTypeScript = FieldTraits<T>::kTypeScript;
};

}  // namespace keras
