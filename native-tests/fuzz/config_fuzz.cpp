// The libFuzzer target: reads, revives, clones and runs model configs under the sanitizers. Only
// errors of the core are allowed. `npm run fuzz -- --native` builds it and runs it on the configs
// of the fixtures.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/parse.h"
#include "json/write.h"
#include "models/builtins.h"
#include "models/cloning/cloning.h"
#include "models/functional/functional.h"
#include "models/sequential.h"
#include "tensor/tensor.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace keras {
namespace {

// Larger models take seconds under the sanitizers and reach no other code.
constexpr int64_t kMostParameters = 20'000;
constexpr int64_t kMostElements = 2'000;

const std::vector<Tensor>* inputs_of(const ModelPtr& model) {
  if (const auto functional = std::dynamic_pointer_cast<Functional>(model)) {
    return &functional->inputs();
  }
  const auto sequential = std::dynamic_pointer_cast<Sequential>(model);
  return sequential && sequential->functional() ? &sequential->inputs() : nullptr;
}

// Zeros for each input, with None replaced by 2; nothing when that is too large.
std::optional<Tree> data_for(const std::vector<Tensor>& inputs) {
  Tree::Sequence data;
  for (const Tensor& input : inputs) {
    Shape shape = input.shape();
    for (int i = 0; i < shape.rank(); ++i) {
      if (shape[i] == kNone) shape[i] = 2;
    }
    if (shape.size() > kMostElements) return std::nullopt;
    data.push_back(Tensor::zeros(shape, input.dtype()));
  }
  return data.size() == 1 ? data.front() : Tree::list(data);
}

bool is_small(const Model& model) {
  for (const auto& operation : model.operations()) {
    for (size_t i = 0; i < operation->node_count(); ++i) {
      const auto node = operation->node(i);
      if (!node) continue;
      for (const Tensor& tensor : node->output_tensors()) {
        int64_t size = 1;
        for (const int64_t dim : tensor.shape()) {
          if (__builtin_mul_overflow(size, dim == kNone ? 2 : dim, &size)) return false;
        }
        if (size > kMostElements * 10) return false;
      }
    }
  }
  return model.count_params() <= kMostParameters;
}

void live(const ModelPtr& model) {
  json::parse(model->to_json());
  const auto* inputs = inputs_of(model);
  if (inputs == nullptr || !is_small(*model)) return;
  clone_model(model, {});
  if (const auto data = data_for(*inputs)) model->predict_on_batch(*data);
}

void open(std::string_view text) {
  clear_session();
  const Tree made = model_from_json(text);
  if (!made.is_object()) return;
  if (const auto model = std::dynamic_pointer_cast<Model>(made.as_object())) live(model);
}

// --- Mutations that keep a text valid JSON ---

using Engine = std::minstd_rand;

void collect(json::Value& value, std::vector<json::Value*>& found) {
  found.push_back(&value);
  if (value.is_array()) {
    for (json::Value& item : value.as_array()) collect(item, found);
  } else if (value.is_object()) {
    for (auto& [key, item] : value.as_object()) collect(item, found);
  }
}

json::Value extreme(Engine& random) {
  static const json::Array kValues = {{},
                                      true,
                                      false,
                                      "",
                                      "x",
                                      json::Array{},
                                      json::Object{},
                                      0,
                                      -1,
                                      1,
                                      2,
                                      3,
                                      0.5,
                                      int64_t{1} << 30,
                                      int64_t{1} << 31,
                                      int64_t{1} << 32,
                                      1e15,
                                      1e300,
                                      7,
                                      "float32",
                                      "string",
                                      "valid",
                                      "relu",
                                      "channels_first",
                                      json::Array{0},
                                      json::Array{-1},
                                      json::Array{1, 2, 3},
                                      json::Array{nullptr, 4}};
  return kValues[random() % kValues.size()];
}

void mutate(json::Value& value, Engine& random) {
  std::vector<json::Value*> all;
  collect(value, all);
  json::Value& target = *all[random() % all.size()];
  switch (random() % 4) {
    case 0:
      target = extreme(random);
      break;
    case 1:
      target = json::Value(*all[random() % all.size()]);
      break;
    case 2:
      if (target.is_array() && !target.as_array().empty()) {
        auto& items = target.as_array();
        items.push_back(items[random() % items.size()]);
      } else if (target.is_number()) {
        target = target.as_double() + 1;
      }
      break;
    default:
      if (target.is_object() && !target.as_object().empty()) {
        auto& members = target.as_object();
        const std::string key = (members.begin() + random() % members.size())->first;
        members.erase(key);
      }
  }
}

}  // namespace
}  // namespace keras

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  keras::register_builtins();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    keras::open({reinterpret_cast<const char*>(data), size});
  } catch (const keras::Error& error) {
    if (error.kind() == keras::ErrorKind::kInternalError) throw;
  }
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned int seed) {
  keras::Engine random(seed + 1);
  if (random() % 8 == 0) return LLVMFuzzerMutate(data, size, max_size);
  try {
    auto value = keras::json::parse({reinterpret_cast<const char*>(data), size});
    for (auto count = 1 + random() % 3; count > 0; --count) keras::mutate(value, random);
    const std::string text = keras::json::write(value);
    if (text.size() > max_size) return size;
    std::memcpy(data, text.data(), text.size());
    return text.size();
  } catch (const keras::Error&) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
}
