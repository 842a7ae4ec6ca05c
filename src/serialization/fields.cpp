#include "serialization/fields.h"

#include <algorithm>

#include "base/closest_matches.h"
#include "base/error.h"
#include "base/lists.h"
#include "json/repr.h"
#include "serialization/object.h"

namespace keras {
namespace {

class Reader final : public FieldVisitor {
 public:
  explicit Reader(const json::Object& config) : config_(config), next_(config.begin()) {}

  // Whether each key of the config was the key of a field.
  bool has_read_all() const {
    const size_t size = config_.size();
    return size < kMarks && read_ == (uint64_t{1} << size) - 1;
  }
  const std::vector<std::string>& missing() const { return missing_; }

 private:
  static constexpr size_t kMarks = 64;

  void visit(std::string_view key, FieldSlot& slot, std::string_view, FieldFlags flags) override {
    if (flags.write_only) return;
    if (const json::Value* value = find(key)) {
      at_path(key, [&] { slot.assign(*value); });
    } else if (flags.required) {
      missing_.emplace_back(key);
    }
    slot.settle();
  }

  // Configs mostly have the order of the fields: looks first behind the key that was found last.
  const json::Value* find(std::string_view key) {
    auto found = next_;
    if (found == config_.end() || !(found->first == key)) {
      found = std::find_if(config_.begin(), config_.end(),
                           [&](const auto& member) { return member.first == key; });
      if (found == config_.end()) return nullptr;
    }
    const auto position = static_cast<size_t>(found - config_.begin());
    if (position < kMarks) read_ |= uint64_t{1} << position;
    next_ = found + 1;
    return &found->second;
  }

  const json::Object& config_;
  std::vector<json::Object::Member>::const_iterator next_;
  uint64_t read_ = 0;  // a bit for each position in the config
  std::vector<std::string> missing_;
};

// The keys that a config may have.
class Names final : public FieldVisitor {
 public:
  std::vector<std::string> keys;

 private:
  void visit(std::string_view key, FieldSlot&, std::string_view, FieldFlags flags) override {
    if (!flags.write_only) keys.emplace_back(key);
  }
};

// Raises the error about keys of the config that match no field, if there are any.
void refuse_unknown(Object& object, const json::Object& config) {
  Names names;
  object.fields(names);
  json::Object unknown;
  for (const auto& [key, value] : config) {
    if (std::find(names.keys.begin(), names.keys.end(), key) == names.keys.end()) {
      unknown.set(key, value);
    }
  }
  if (unknown.empty()) return;
  const std::string message = object.unknown_argument_message(unknown);
  Error error =
      object.unknown_argument_is_value_error() ? value_error(message) : type_error(message);
  const std::string hint = did_you_mean(unknown.begin()->first, names.keys);
  if (!hint.empty()) error.add_note(hint.substr(1));
  throw error;
}

class Writer final : public FieldVisitor {
 public:
  json::Object config;

  Writer() { config.reserve(16); }

 private:
  void visit(std::string_view key, FieldSlot& slot, std::string_view, FieldFlags flags) override {
    if (flags.read_only) return;
    json::Value value = slot.serialize();
    if (flags.omit_null && value.is_null()) return;
    config.set(key, std::move(value));
  }
};

class Finder final : public FieldVisitor {
 public:
  Finder(std::string_view key, FunctionRef<void(FieldSlot&)> body) : key_(key), body_(body) {}
  bool found() const { return found_; }

 private:
  void visit(std::string_view key, FieldSlot& slot, std::string_view, FieldFlags) override {
    if (key != key_) return;
    found_ = true;
    body_(slot);
  }

  std::string_view key_;
  FunctionRef<void(FieldSlot&)> body_;
  bool found_ = false;
};

class Describer final : public FieldVisitor {
 public:
  std::vector<FieldDescription> rows;

 private:
  void visit(std::string_view key, FieldSlot& slot, std::string_view doc,
             FieldFlags flags) override {
    rows.push_back({std::string(key), slot.role(), std::string(slot.typescript()), std::string(doc),
                    flags.required ? json::Value() : slot.serialize(), flags});
  }
};

}  // namespace

std::shared_ptr<Object> FieldSlot::object() const {
  return type_.object == nullptr ? nullptr : type_.object(member_);
}

std::shared_ptr<Function> FieldSlot::function() const {
  return type_.function == nullptr ? nullptr : type_.function(member_);
}

void read_fields(Object& object, const json::Object& config) {
  Reader reader(config);
  object.fields(reader);
  if (!reader.has_read_all()) refuse_unknown(object, config);
  if (!reader.missing().empty()) {
    const size_t count = reader.missing().size();
    raise_type_error({std::string(object.class_info().class_name), ".__init__() missing ",
                      std::to_string(count), " required positional argument",
                      (count == 1 ? "" : "s"), ": ", quoted_list(reader.missing())});
  }
}

json::Object write_fields(const Object& object) {
  Writer writer;
  // fields() hands out mutable references; the writer only reads.
  const_cast<Object&>(object).fields(writer);
  return std::move(writer.config);
}

bool with_field(Object& object, std::string_view key, FunctionRef<void(FieldSlot&)> body) {
  Finder finder(key, body);
  object.fields(finder);
  return finder.found();
}

std::vector<FieldDescription> describe_fields(Object& object) {
  Describer describer;
  object.fields(describer);
  return std::move(describer.rows);
}

bool FieldTraits<bool>::read(const json::Value& value) {
  // Keras's constructors apply bool() to flags.
  return value.truthy();
}

Number FieldTraits<Number>::read(const json::Value& value) {
  if (value.is_bool()) return Number(value.as_bool() ? 1 : 0);
  value.as_double();  // throws unless it is a number
  return Number(value);
}

Ints FieldTraits<Ints>::read(const json::Value& value) {
  Ints out;
  if (value.is_array()) {
    for (const json::Value& item : value.as_array()) out.push_back(item.as_int());
  } else {
    out.push_back(value.as_int());
  }
  return out;
}

json::Value FieldTraits<Ints>::write(const Ints& value) {
  json::Array array;
  for (int64_t item : value) array.emplace_back(item);
  return array;
}

Shape FieldTraits<Shape>::read(const json::Value& value) {
  if (!value.is_array()) {
    raise_value_error({"Cannot convert '", (value.is_string() ? value.as_string() : repr(value)),
                       "' to a shape."});
  }
  const auto tuple = [&] {
    std::string items;
    for (const json::Value& item : value.as_array()) append_item(items, repr(item));
    return "(" + items + (value.as_array().size() == 1 ? ",)" : ")");
  };
  Shape shape;
  for (const json::Value& item : value.as_array()) {
    if (item.is_null()) {
      shape.push_back(kNone);
    } else if (!item.is_int()) {
      raise_value_error({"Cannot convert '", tuple(), "' to a shape. Found invalid dimension '",
                         (item.is_string() ? item.as_string() : repr(item)), "' of type '<class '",
                         std::string(python_type_name(item)), "'>'. "});
    } else if (item.as_int() < 0) {
      raise_value_error(
          {"Cannot convert '", tuple(), "' to a shape. Negative dimensions are not allowed."});
    } else {
      shape.push_back(item.as_int());
    }
  }
  return shape;
}

json::Value FieldTraits<Shape>::write(const Shape& value) {
  json::Array array;
  for (int64_t dim : value) {
    array.push_back(dim == kNone ? json::Value() : json::Value(dim));
  }
  return array;
}

}  // namespace keras
