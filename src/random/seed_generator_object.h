// keras.random.SeedGenerator as an object of configs and layers, and the `seed` argument that may
// hold one (keras/src/random/seed_generator.py).
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

// The `seed` argument: none, an integer, or a generator. Written to configs as it was given.
class Seed {
 public:
  Seed() = default;
  Seed(int64_t value) : json_(value) {}
  explicit Seed(SeedGeneratorPtr generator) : generator_(std::move(generator)) {}
  // What a config says; whoever takes the seed refuses what is neither none nor an integer.
  explicit Seed(json::Value json) : json_(std::move(json)) {}

  bool is_none() const { return !generator_ && json_.is_null(); }
  bool is_int() const { return json_.is_int() || json_.is_bool(); }
  // Of an integer.
  int64_t value() const { return json_.is_bool() ? json_.as_bool() : json_.as_int(); }
  // Null for the others.
  const SeedGeneratorPtr& generator() const { return generator_; }
  const json::Value& json() const { return json_; }

 private:
  json::Value json_;
  SeedGeneratorPtr generator_;
};

class SeedGenerator final : public Object {
 public:
  // As keras.random.SeedGenerator(seed, name); an empty name is made of the counter
  // `seed_generator`.
  static SeedGeneratorPtr make(const Seed& seed = {}, const std::string& name = {});

  const std::string& name() const { return *name_; }
  // The key of one draw; steps the state on.
  random::Key next(bool ordered = true);
  // uint32 [seed, draws so far]: a non-trainable variable, not a weight.
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
  std::optional<std::string> name_;  // none until validated
  std::shared_ptr<Variable> state_;
};

// The key that an integer seed means. Throws OverflowError outside of [0, 2^32).
random::Key key_of_seed(int64_t seed);
// The key of one draw for a `seed` argument of keras.random: an integer gives the same key every
// time, none asks the global generator.
random::Key draw_seed(const Seed& seed);

// A seed as keras.random.make_default_seed draws it: from 1 to 10^9, by Python's generator.
int64_t make_default_seed();
// keras.utils.set_random_seed: what unseeded objects draw from now on equals Keras's draws. Throws
// ValueError outside of [0, 2^32).
void set_random_seed(int64_t seed);
// Part of clear_session(): the global generator is made anew when it is next needed.
void reset_global_seed_generator();

template <>
struct FieldTraits<Seed> {
  static Seed read(const json::Value& value);
  static json::Value write(const Seed& seed);
  static constexpr std::string_view kTypeScript = "number | SeedGenerator | null";
};

std::span<const ClassInfo* const> seed_generator_classes();

}  // namespace keras
