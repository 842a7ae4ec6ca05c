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

// What code that knows a member only by its address may do with it. A table of functions per type
// of member: virtual functions would cost a class with its type information each.
struct FieldType {
  void (*assign)(void* member, const json::Value& value);
  json::Value (*serialize)(const void* member);
  std::shared_ptr<Object> (*object)(const void* member);
  std::shared_ptr<Function> (*function)(const void* member);
  void (*settle)(void* member);
  FieldRole role;
  bool is_assignable;
  std::string_view typescript;
};

// A type-erased member.
class FieldSlot {
 public:
  FieldSlot(void* member, const FieldType& type) : member_(member), type_(type) {}

  void assign(const json::Value& value) { type_.assign(member_, value); }
  json::Value serialize() const { return type_.serialize(member_); }
  FieldRole role() const { return type_.role; }
  std::string_view typescript() const { return type_.typescript; }
  // Whether the member may be assigned after construction because nothing is derived from it.
  bool is_assignable() const { return type_.is_assignable; }
  // The value if it is an object or function; otherwise null.
  std::shared_ptr<Object> object() const;
  std::shared_ptr<Function> function() const;
  // Side effects of Keras's constructor beyond storing the argument, such as drawing a seed.
  void settle() {
    if (type_.settle != nullptr) type_.settle(member_);
  }

 private:
  void* member_;
  const FieldType& type_;
};

// How to read, write and document a member of type T. Specialized for a closed set of field types.
template <class T>
struct FieldTraits;

template <class T>
consteval FieldType make_field_type() {
  FieldType type{.assign =
                     [](void* member, const json::Value& value) {
                       *static_cast<T*>(member) = FieldTraits<T>::read(value);
                     },
                 .serialize = [](const void* member) -> json::Value {
                   return FieldTraits<T>::write(*static_cast<const T*>(member));
                 },
                 .object = nullptr,
                 .function = nullptr,
                 .settle = nullptr,
                 .role = FieldRole::kData,
                 .is_assignable = requires {FieldTraits<T>::kAssignable;
}
, .typescript = FieldTraits<T>::kTypeScript
};  // namespace keras
if constexpr (requires { FieldTraits<T>::kRole; }) type.role = FieldTraits<T>::kRole;
if constexpr (std::is_convertible_v<T, std::shared_ptr<Object>>) {
  type.object = [](const void* member) -> std::shared_ptr<Object> {
    return *static_cast<const T*>(member);
  };
} else if constexpr (requires(const T& member) { member.object(); }) {
  type.object = [](const void* member) -> std::shared_ptr<Object> {
    return static_cast<const T*>(member)->object();
  };
}
if constexpr (requires(const T& member) { member.function(); }) {
  type.function = [](const void* member) -> std::shared_ptr<Function> {
    return static_cast<const T*>(member)->function();
  };
}
if constexpr (requires(T& member) { FieldTraits<T>::settle(member); }) {
  type.settle = [](void* member) { FieldTraits<T>::settle(*static_cast<T*>(member)); };
}
return type;
}
template <class T>
inline constexpr FieldType kFieldType = make_field_type<T>();

class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;

  template <class T>
  void operator()(std::string_view key, T& member, std::string_view doc = "",
                  FieldFlags flags = Field::kDefault) {
    FieldSlot slot(&member, kFieldType<T>);
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
