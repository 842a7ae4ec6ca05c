// Anything that a Keras config can describe: layers, operations, initializers, policies, models.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "json/value.h"
#include "serialization/fields.h"

namespace keras {

class Object;

enum class Family {
  kOperation,
  kLayer,
  kModel,
  kInitializer,
  kRegularizer,
  kConstraint,
  kDTypePolicy,
  kQuantizer,
  kSeedGenerator,
  kLoss,
  kMetric,
  kOptimizer,
  kSchedule,
};

// What the registry knows about a class. Constant-initialized: no code runs at start-up.
struct ClassInfo {
  std::string_view module;           // `keras.layers`
  std::string_view class_name;       // `Dense`
  std::string_view registered_name;  // empty means null: Keras's public classes
  Family family = Family::kLayer;
  std::unique_ptr<Object> (*create)() = nullptr;  // creates a default-constructed instance
  std::string_view aliases = "";                  // further names, separated by spaces
  std::string_view private_name = "";  // Python's `__name__` when Keras exports it under another
  // Stands in for code that cannot run here: a custom object of its name, whatever its package, is
  // used instead.
  bool is_replaceable = false;

  // Python's `__name__`, which determines automatic names, in models, files and messages.
  std::string_view python_name() const { return private_name.empty() ? class_name : private_name; }
};

class Object : public std::enable_shared_from_this<Object> {
 public:
  Object();
  virtual ~Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  const ClassInfo& class_info() const { return *class_info_; }
  // Must be called once after construction.
  void set_class_info(const ClassInfo* info) { class_info_ = info; }
  // Unique within the process.
  uint64_t uid() const { return uid_; }

  // The config members, in Keras's order (serialization/fields.h).
  virtual void fields(FieldVisitor&) {}
  // Validates and normalizes the fields; runs once after they were read.
  virtual void validate() {}

  // Initializes the object from `config`. The default reads the fields and validates.
  virtual void configure(const json::Object& config);
  // The same for a config that get_config() returned, which may have keys that the constructor
  // refuses.
  virtual void configure_from_config(const json::Object& config) { configure(config); }
  // The default writes the fields.
  virtual json::Object get_config() const;
  // As `type(self).from_config(config)`: a new object of the same class.
  virtual std::shared_ptr<Object> new_from_config(const json::Object& config) const;
  // Adds build_config and compile_config to the record of serialize_keras_object.
  virtual void extend_record(json::Object&) const {}
  // Apply them when the object is revived.
  virtual void apply_build_config(const json::Value&) {}
  virtual void apply_compile_config(const json::Value&);

  // The name in Python's repr; empty for objects without one.
  virtual std::string_view display_name() const { return {}; }
  // Python's repr: `<Add name=add>`, `<GlorotUniform>`.
  virtual std::string python_repr() const;
  // Whether errors of from_config are wrapped to name the class, as
  // Keras's Operation.from_config does.
  virtual bool wraps_errors_of_from_config() const { return false; }
  // The message for unknown keyword arguments.
  virtual std::string unknown_argument_message(const json::Object& unknown) const;
  // ValueError for layers; TypeError for plain Python classes.
  virtual bool unknown_argument_is_value_error() const { return false; }

 private:
  const ClassInfo* class_info_;
  uint64_t uid_;
};

// One control block type for all classes: std::make_shared would compile one for each.
std::shared_ptr<Object> share(std::unique_ptr<Object> object);

// A new T with its class info set, not configured yet.
template <class T>
std::shared_ptr<T> make_object(const ClassInfo& info) {
  auto object = std::make_unique<T>();
  object->set_class_info(&info);
  return std::static_pointer_cast<T>(share(std::move(object)));
}

// `ClassInfo::create` for objects of type T.
template <class T, const ClassInfo& kInfo>
std::unique_ptr<Object> create_new() {
  auto object = std::make_unique<T>();
  object->set_class_info(&kInfo);
  return object;
}

// A new object with its class info set, not configured yet.
std::shared_ptr<Object> create(const ClassInfo& info);
// As the constructor with keyword arguments.
std::shared_ptr<Object> construct(const ClassInfo& info, const json::Object& options);
// As `cls.from_config(config)`.
std::shared_ptr<Object> from_config(const ClassInfo& info, const json::Object& config);

}  // namespace keras

// Registers a built-in class next to its definition; the family's .inc file lists it as well.
#define KERAS_CLASS(module_, Name, family_, ...)                                        \
  extern const ClassInfo k##Name##Class;                                                \
  constinit const ClassInfo k##Name##Class{.module = module_,                           \
                                           .class_name = #Name,                         \
                                           .registered_name = "",                       \
                                           .family = family_,                           \
                                           .create = &create_new<Name, k##Name##Class>, \
                                           __VA_OPT__(.aliases = __VA_ARGS__)};
