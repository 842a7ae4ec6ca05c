#include "dtype_policies/dtype_policy_map.h"

#include "base/error.h"
#include "base/regex.h"
#include "json/repr.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"

namespace keras {

DTypePolicyPtr DTypePolicyMap::at(std::string_view path) const {
  for (const auto& [key, policy] : policies_) {
    if (key == path) return policy;
  }
  json::Array matching;
  DTypePolicyPtr found;
  for (const auto& [key, policy] : policies_) {
    if (!full_match(key, path)) continue;
    matching.emplace_back(key);
    found = policy;
  }
  if (matching.size() > 1) {
    raise_value_error(
        {"Path '", std::string(path),
         "' matches multiple dtype policy specification keys: ", keras::repr(json::Value(matching)),
         ". Please make sure each path only matches at most one dtype policy "
         "specification key in the DTypePolicyMap."});
  }
  return found ? found : default_policy();
}

void DTypePolicyMap::insert(const std::string& key, DTypePolicyPtr policy) {
  for (const auto& [known, value] : policies_) {
    if (known != key) continue;
    raise_value_error({key, " already exist in the DTypePolicyMap with value ", value->repr(),
                       ". Please make sure to not use duplicated keys."});
  }
  policies_.emplace_back(key, std::move(policy));
}

DTypePolicyPtr DTypePolicyMap::default_policy() const {
  return default_policy_ ? default_policy_ : global_dtype_policy();
}

std::string DTypePolicyMap::repr() const {
  std::string mapping;
  for (const auto& [key, policy] : policies_) {
    mapping += (mapping.empty() ? "(" : ", (") + repr_string(key) + ", " +
               repr_string(policy->name()) + ")";
  }
  return "<DTypePolicyMap default_policy=" + default_policy()->name() + ", mapping=[" + mapping +
         "]>";
}

void DTypePolicyMap::fields(FieldVisitor& f) {
  f("default_policy", default_given_,
    "The policy of layers that match no key; the global policy when null.");
  f("policy_map", map_given_, "Policies by layer path or regex.");
}

void DTypePolicyMap::configure(const json::Object& config) {
  if (const json::Value* map = config.find("policy_map"); map && !map->is_null()) {
    if (!map->is_object()) {
      raise_type_error(
          {"If specified, `policy_map` must be a dict. Received: policy_map=", keras::repr(*map),
           " of type <class '", std::string(python_type_name(*map)), "'>"});
    }
  }
  Object::configure(config);
}

void DTypePolicyMap::validate() {
  // As in Keras, the global policy at this moment.
  default_policy_ = get_dtype_policy(default_given_);
  if (dynamic_cast<const DTypePolicyMap*>(default_policy_.get()) != nullptr) {
    raise_value_error({"`default_policy` cannot be a `DTypePolicyMap`."});
  }
  policies_.clear();
  if (map_given_.is_null()) return;
  for (const auto& [key, record] : map_given_.as_object()) {
    // As in Keras, a record here needs its module, unlike a layer's dtype.
    DTypePolicyPtr policy = at_path(key, [&] {
      return record.is_object() ? std::dynamic_pointer_cast<DTypePolicy>(deserialize_object(record))
                                : get_dtype_policy(record);
    });
    if (!policy)
      raise_value_error(
          {"Cannot interpret the assigned value by `keras.dtype_policies.get`. Received: ",
           keras::repr(record)});
    policies_.emplace_back(key, std::move(policy));
  }
}

json::Object DTypePolicyMap::get_config() const {
  json::Object map;
  for (const auto& [key, policy] : policies_) {
    json::Value record = serialize_keras_object(*policy);
    if (default_given_.is_null()) {
      // With a global default policy, the entries also take the global policy at deserialization.
      // (Keras mutates the live policies.)
      json::Object& inner = record.as_object().find("config")->as_object();
      for (const char* name : {"name", "source_name"}) {
        if (inner.contains(name)) inner.set(name, nullptr);
      }
    }
    map.set(key, std::move(record));
  }
  const bool as_given = default_given_.is_null() || default_given_.is_string();
  return {{"default_policy", as_given ? default_given_ : serialize_keras_object(*default_policy())},
          {"policy_map", std::move(map)}};
}

KERAS_CLASS("keras.dtype_policies", DTypePolicyMap, Family::kDTypePolicy)

}  // namespace keras
