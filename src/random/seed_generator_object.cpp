#include "random/seed_generator_object.h"

#include <algorithm>

#include "base/error.h"
#include "base/naming.h"
#include "json/repr.h"
#include "random/python_random.h"
#include "random/seed_generator.h"
#include "serialization/deserialize.h"
#include "serialization/serialize.h"

namespace keras {
namespace {

constexpr int64_t kSeedEnd = int64_t{1} << 32;

SeedGeneratorPtr& global_seed_generator() {
  static SeedGeneratorPtr generator;
  return generator;
}

std::string shown(const json::Value& value) {
  return value.is_string() ? value.as_string() : repr(value);
}

}  // namespace

KERAS_CLASS("keras.random", SeedGenerator, Family::kSeedGenerator)

SeedGeneratorPtr SeedGenerator::make(const Seed& seed, const std::string& name) {
  auto generator = make_object<SeedGenerator>(kSeedGeneratorClass);
  generator->seed_ = seed;
  generator->name_ = name.empty() ? std::nullopt : std::optional(name);
  generator->validate();
  return generator;
}

void SeedGenerator::fields(FieldVisitor& f) {
  f("seed", seed_, "Integer seed; random when null.");
  f("name", name_, "Name; automatic when null.");
}

std::string SeedGenerator::unknown_argument_message(const json::Object& unknown) const {
  return "Unrecognized keyword arguments: " + repr(json::Value(unknown));
}

void SeedGenerator::validate() {
  if (!name_) name_ = auto_name("SeedGenerator");
  if (!seed_.is_none() && !seed_.is_int()) {
    throw value_error("Argument `seed` must be an integer. Received: seed=" +
                      (seed_.generator() ? "<SeedGenerator " + seed_.generator()->name() + ">"
                                         : shown(seed_.json())));
  }
  const random::Key key = key_of_seed(seed_.is_none() ? make_default_seed() : seed_.value());
  const NameScope scope(*name_);
  state_ = std::make_shared<Variable>(
      "seed_generator_state", current_path() + "/seed_generator_state", Shape{2}, DType::kUInt32,
      /*trainable=*/false, [key](const Shape& shape, DType dtype) {
        return Tensor::from_bytes(std::as_bytes(std::span(key)), shape, dtype);
      });
}

random::Key SeedGenerator::next(bool ordered) {
  const Tensor& state = state_->stored_value();
  random::Key next = {state.data<uint32_t>()[0], state.data<uint32_t>()[1]};
  const random::Key key = random::next_seed(next, ordered);
  // In place unless the value is shared: an assignment would invalidate every plan.
  const bool is_shared = state.impl().use_count() > 1 || state.impl()->buffer.use_count() > 1;
  if (!is_shared && StatelessScope::current() == nullptr) {
    std::copy(next.begin(), next.end(), state.data<uint32_t>());
  } else {
    state_->adopt(Tensor::from_bytes(std::as_bytes(std::span(next)), {2}, DType::kUInt32));
  }
  return key;
}

random::Key key_of_seed(int64_t seed) {
  if (seed < 0 || seed >= kSeedEnd) {
    throw Error(ErrorKind::kOverflowError,
                "Python integer " + std::to_string(seed) + " out of bounds for uint32");
  }
  return random::key_of_seed(static_cast<uint64_t>(seed));
}

random::Key draw_seed(const Seed& seed) {
  if (seed.generator()) return seed.generator()->next();
  if (seed.is_none()) {
    if (!global_seed_generator()) global_seed_generator() = SeedGenerator::make();
    return global_seed_generator()->next(/*ordered=*/false);
  }
  if (!seed.is_int()) {
    throw value_error(
        "Argument `seed` must be either an integer or an instance of `SeedGenerator`. Received: "
        "seed=" +
        shown(seed.json()) + " (of type <class '" + std::string(python_type_name(seed.json())) +
        "'>)");
  }
  return key_of_seed(seed.value());
}

int64_t make_default_seed() { return random::python_random().randint(1, 1'000'000'000); }

void set_random_seed(int64_t seed) {
  if (seed < 0 || seed >= kSeedEnd) throw value_error("Seed must be between 0 and 2**32 - 1");
  random::python_random() = random::PythonRandom(static_cast<uint64_t>(seed));
  reset_global_seed_generator();
}

void reset_global_seed_generator() { global_seed_generator() = nullptr; }

Seed FieldTraits<Seed>::read(const json::Value& value) {
  if (!value.may_be_keras_object()) return Seed(value);
  const Tree revived = deserialize_keras_object(value);
  if (revived.is_object()) {
    if (auto generator = std::dynamic_pointer_cast<SeedGenerator>(revived.as_object())) {
      return Seed(std::move(generator));
    }
  }
  return Seed(value);
}

json::Value FieldTraits<Seed>::write(const Seed& seed) {
  return seed.generator() ? serialize_keras_object(*seed.generator()) : seed.json();
}

std::span<const ClassInfo* const> seed_generator_classes() {
  static constexpr const ClassInfo* kClasses[] = {&kSeedGeneratorClass};
  return kClasses;
}

}  // namespace keras
