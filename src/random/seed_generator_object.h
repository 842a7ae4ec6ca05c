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
  Seed(int64_t value) : value_(value) {}
  explicit Seed(SeedGeneratorPtr generator) : generator_(std::move(generator)) {}

  bool is_none() const { return !value_ && !generator_; }
  const std::optional<int64_t>& value() const { return value_; }
  const SeedGeneratorPtr& generator() const { return generator_; }

 private:
  std::optional<int64_t> value_;
  SeedGeneratorPtr generator_;
};

class SeedGenerator final : public Object {
 public:
  // With a name of the counter `seed_generator`; for objects that a config describes use make().
  static SeedGeneratorPtr make(const Seed& seed = {}, std::string name = {});

  const std::string& name() const { return name_; }
  // The key of one draw; steps the state on.
  random::Key next(bool ordered = true);
  // uint32 [seed, draws so far]: a non-trainable variable, not a weight.
  const std::shared_ptr<Variable>& state() const { return state_; }
  std::string_view display_name() const override { return name_; }

  void fields(FieldVisitor& f) override;
  void validate() override;

 private:
  Seed seed_;
  std::string name_;
  std::shared_ptr<Variable> state_;
};

// The key of one draw for a `seed` argument of keras.random: an integer gives the same key every
// time, none asks the global generator.
random::Key draw_seed(const Seed& seed);

// A seed as keras.random.make_default_seed draws it: from 1 to 10^9, by Python's generator.
int64_t make_default_seed();
// keras.utils.set_random_seed: what unseeded objects draw from now on equals Keras's draws.
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
