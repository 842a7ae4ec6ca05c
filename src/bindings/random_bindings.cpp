// keras.random: tensors of random numbers from a seed, a SeedGenerator, or the global generator.
#include <functional>
#include <map>

#include "base/error.h"
#include "bindings/codec/codec.h"
#include "bindings/codec/handles.h"
#include "bindings/guard.h"
#include "graph/call_signature.h"
#include "ops/random.h"
#include "ops/table/row.h"
#include "random/seed_generator_object.h"

namespace keras::bindings {
namespace {

random::Key key_of(const CallArgs& args) {
  const Tree& seed = args.get("seed");
  if (seed.is_none()) return draw_seed(Seed());
  if (seed.is_object()) {
    if (auto generator = std::dynamic_pointer_cast<SeedGenerator>(seed.as_object())) {
      return draw_seed(Seed(generator));
    }
  }
  if (!seed.is_int()) {
    raise_value_error(
        {"Argument `seed` must be either an integer or an instance of `SeedGenerator`. "
         "Received: seed=",
         repr(seed), " (of type ", python_type(seed), ")"});
  }
  return draw_seed(Seed(seed.as_int()));
}

Shape shape_of(const CallArgs& args, std::string_view name = "shape") {
  Shape shape;
  for (const Tree& dim : args.get(name).items()) {
    shape.push_back(ops::size_of(dim));
    if (!dim.is_none() && dim.as_int() < 0) {
      raise_value_error({"Cannot convert '", repr(args.get(name)),
                         "' to a shape. Negative dimensions are not allowed."});
    }
  }
  return shape;
}

DType dtype_of(const CallArgs& args, DType otherwise = DType::kFloat32) {
  const Tree& dtype = args.get("dtype");
  return dtype.is_none() ? otherwise : parse_dtype(dtype.as_string());
}

double number(const CallArgs& args, std::string_view name) { return args.get(name).as_number(); }

struct Row {
  CallSignature signature;
  std::function<Tensor(const CallArgs&)> call;
};

const std::map<std::string, Row, std::less<>>& rows() {
  using A = const CallArgs&;
  static const std::map<std::string, Row, std::less<>> table = {
      {"normal",
       {CallSignature("shape, mean=0.0, stddev=1.0, dtype=None, seed=None"),
        [](A a) {
          return ops::random_normal(shape_of(a), number(a, "mean"), number(a, "stddev"),
                                    dtype_of(a), key_of(a));
        }}},
      {"uniform",
       {CallSignature("shape, minval=0.0, maxval=1.0, dtype=None, seed=None"),
        [](A a) {
          return ops::random_uniform(shape_of(a), number(a, "minval"), number(a, "maxval"),
                                     dtype_of(a), key_of(a));
        }}},
      {"truncated_normal",
       {CallSignature("shape, mean=0.0, stddev=1.0, dtype=None, seed=None"),
        [](A a) {
          return ops::random_truncated_normal(shape_of(a), number(a, "mean"), number(a, "stddev"),
                                              dtype_of(a), key_of(a));
        }}},
      {"randint",
       {CallSignature("shape, minval, maxval, dtype=None, seed=None"),
        [](A a) {
          return ops::random_randint(shape_of(a), a.get("minval").as_int(),
                                     a.get("maxval").as_int(), dtype_of(a, DType::kInt32),
                                     key_of(a));
        }}},
      {"dropout",
       {CallSignature("inputs, rate, noise_shape=None, seed=None"),
        [](A a) {
          const auto noise = a.get("noise_shape").is_none()
                                 ? std::nullopt
                                 : std::optional(shape_of(a, "noise_shape"));
          return ops::dropout(a.tensor("inputs"), number(a, "rate"), noise, key_of(a));
        }}},
      {"categorical",
       {CallSignature("logits, num_samples, dtype=None, seed=None"),
        [](A a) {
          return ops::random_categorical(a.tensor("logits"), ops::size_of(a.get("num_samples")),
                                         dtype_of(a, DType::kInt32), key_of(a));
        }}},
      {"shuffle",
       {CallSignature("x, axis=0, seed=None"),
        [](A a) { return ops::random_shuffle(a.tensor("x"), a.get("axis").as_int(), key_of(a)); }}},
      {"gamma",
       {CallSignature("shape, alpha, dtype=None, seed=None"),
        [](A a) {
          return ops::random_gamma(shape_of(a), number(a, "alpha"), dtype_of(a), key_of(a));
        }}},
      {"beta",
       {CallSignature("shape, alpha, beta, dtype=None, seed=None"),
        [](A a) {
          return ops::random_beta(shape_of(a), number(a, "alpha"), number(a, "beta"), dtype_of(a),
                                  key_of(a));
        }}},
      {"binomial",
       {CallSignature("shape, counts, probabilities, dtype=None, seed=None"),
        [](A a) {
          return ops::random_binomial(shape_of(a), number(a, "counts"), number(a, "probabilities"),
                                      dtype_of(a), key_of(a));
        }}},
  };
  return table;
}

TensorHandlePtr call_random(const std::string& function, const Packed& packed) {
  const auto found = rows().find(function);
  if (found == rows().end()) {
    raise_attribute_error({"module 'keras.random' has no attribute '", function, "'"});
  }
  const auto [args, kwargs] = unpack_arguments(packed);
  return make_handle(found->second.call(CallArgs(found->second.signature, args, kwargs)));
}

}  // namespace
}  // namespace keras::bindings

EMSCRIPTEN_BINDINGS(keras_random) {
  using namespace keras::bindings;
  bind<&call_random>("callRandom");
}
