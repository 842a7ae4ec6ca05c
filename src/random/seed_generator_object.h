// keras.random.SeedGenerator as an object, and the `seed` argument that may hold one
// (keras/src/random/seed_generator.py).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "random/threefry.h"
#include "serialization/object.h"
#include "tensor/variable.h"

namespace keras {

class SeedGenerator;
using SeedGeneratorPtr = std::shared_ptr<SeedGenerator>;

// A `seed` argument: none, an integer, or a generator. Configs keep it as it was given.
class Seed {
 public:
  Seed() = default;
  Seed(int64_t value) : json_(value) {}
  explicit Seed(SeedGeneratorPtr generator) : generator_(std::move(generator)) {}
  // Unchecked: the owner of the seed rejects anything but none and integers.
  explicit Seed(json::Value json) : json_(std::move(json)) {}

  bool is_none() const { return !generator_ && json_.is_null(); }
  bool is_int() const { return json_.is_int() || json_.is_bool(); }
  // The integer.
  int64_t value() const { return json_.is_bool() ? json_.as_bool() : json_.as_int(); }
  // null unless a generator
  const SeedGeneratorPtr& generator() const { return generator_; }
  const json::Value& json() const { return json_; }

 private:
  json::Value json_;
  SeedGeneratorPtr generator_;
};

class SeedGenerator final : public Object {
 public:
  // As keras.random.SeedGenerator(seed, name); an empty name becomes `seed_generator`,
  // `seed_generator_1`, ...
  static SeedGeneratorPtr make(const Seed& seed = {}, const std::string& name = {});

  const std::string& name() const { return *name_; }
  // The key for one draw; advances the state.
  random::Key next(bool ordered = true);
  // uint32 [seed, number of draws]: a non-trainable variable, but not a weight.
  const std::shared_ptr<Variable>& state() const { return state_; }
  std::string_view display_name() const override {
    return name_ ? std::string_view(*name_) : std::string_view();
  }

  void fields(FieldVisitor& f) override;
  void validate() override;
  std::string unknown_argument_message(const json::Object& unknown) const override;
  bool unknown_argument_is_value_error() const override { return true; }

 private:
  Seed seed_;
  std::optional<std::string> name_;  // set by validate()
  std::shared_ptr<Variable> state_;
};

// The key of an integer seed. OverflowError outside [0, 2^32).
random::Key key_of_seed(int64_t seed);
// The key for one draw with a `seed` argument of keras.random: an integer always gives the same
// key; none draws from the global generator.
random::Key draw_seed(const Seed& seed);

// As keras.random.make_default_seed: from 1 to 10^9, by Python's generator.
int64_t make_default_seed();
// keras.utils.set_random_seed: makes later unseeded draws equal Keras's. ValueError
// outside [0, 2^32).
void set_random_seed(int64_t seed);
// Part of clear_session(): the global generator is recreated when next needed.
void reset_global_seed_generator();

template <>
struct FieldTraits<Seed> {
  static Seed read(const json::Value& value);
  static json::Value write(const Seed& seed);
  static constexpr std::string_view kTypeScript = "number | SeedGenerator | null";
};

std::span<const ClassInfo* const> seed_generator_classes();

}  // namespace keras
