// Every layer, built for one shape and called with others, computes or throws an error. Under
// sanitizers this shows that no kernel accesses memory outside its operands.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/error.h"
#include "base/naming.h"
#include "json/parse.h"
#include "json/write.h"
#include "layers/layer.h"
#include "models/builtins.h"
#include "runtime/emit.h"
#include "runtime/plan.h"
#include "serialization/registry.h"
#include "testing/filled.h"

namespace keras::testing {
namespace {

// A layer and valid input shapes.
struct Subject {
  const char* class_name;
  const char* arguments;
  std::vector<Shape> inputs;
  DType dtype = DType::kFloat32;
};

#define CELL(Class)                                  \
  R"({"module":"keras.layers","class_name":")" Class \
  R"(","config":{"units":3},"registered_name":null})"

std::vector<Subject> subjects() {
  const std::vector<Shape> vectors{{2, 4}}, sequences{{2, 5, 4}}, images{{2, 5, 6, 4}},
      colors{{2, 5, 6, 3}}, volumes{{2, 3, 4, 5, 2}}, videos{{1, 3, 5, 5, 2}},
      pair{{2, 5, 4}, {2, 5, 4}};
  const std::vector<Shape>* const spatial[] = {&sequences, &images, &volumes};
  std::vector<Subject> all{
      {"Activation", R"({"activation":"softmax"})", sequences},
      {"ELU", "{}", vectors},
      {"LeakyReLU", "{}", vectors},
      {"PReLU", "{}", sequences},
      {"PReLU", R"({"shared_axes":[1]})", sequences},
      {"ReLU", "{}", vectors},
      {"Softmax", "{}", sequences},
      {"Softmax", R"({"axis":[1,2]})", sequences},
      {"Dense", R"({"units":3})", vectors},
      {"Dense", R"({"units":3,"dtype":"int8_from_float32"})", vectors},
      {"EinsumDense", R"({"equation":"abc,cd->abd","output_shape":[null,3],"bias_axes":"d"})",
       sequences},
      {"Embedding", R"({"input_dim":3,"output_dim":2,"mask_zero":true})", vectors},
      {"Identity", "{}", vectors},
      {"ReversibleEmbedding", R"({"input_dim":3,"output_dim":4})", vectors},
      {"Masking", "{}", sequences},
      {"Add", "{}", pair},
      {"Average", "{}", pair},
      {"Concatenate", "{}", pair},
      {"Dot", R"({"axes":2})", pair},
      {"Dot", R"({"axes":[1,2],"normalize":true})", pair},
      {"Maximum", "{}", pair},
      {"Minimum", "{}", pair},
      {"Multiply", "{}", pair},
      {"Subtract", "{}", pair},
      {"BatchNormalization", "{}", sequences},
      {"BatchNormalization", R"({"axis":1})", images},
      {"GroupNormalization", R"({"groups":2})", images},
      {"LayerNormalization", "{}", sequences},
      {"LayerNormalization", R"({"axis":[1,2]})", sequences},
      {"RMSNormalization", "{}", sequences},
      {"RMSNormalization", R"({"axis":[1,2]})", sequences},
      {"UnitNormalization", "{}", sequences},
      {"SpectralNormalization", R"({"layer":)" CELL("Dense") "}", vectors},
      {"MelSpectrogram",
       R"({"fft_length":4,"sequence_stride":2,"num_mel_bins":3,"sampling_rate":100})",
       {{2, 8}}},
      {"STFTSpectrogram", R"({"frame_length":2})", sequences},
      {"STFTSpectrogram", R"({"frame_length":3,"mode":"psd","padding":"same","expand_dims":true})",
       sequences},
      {"TFSMLayer", R"({"filepath":"model"})", vectors},
      {"JaxLayer", R"({"call_fn":"f"})", vectors},
      {"FlaxLayer", R"({"module":"m"})", vectors},
      {"TorchModuleWrapper", R"({"module":"m"})", vectors},
      {"Normalization", R"({"mean":[1,2,3,4],"variance":[1,1,1,1]})", vectors},
      {"Rescaling", R"({"scale":[1,2,3,4]})", vectors},
      {"CategoryEncoding", R"({"num_tokens":2})", sequences, DType::kInt32},
      {"CategoryEncoding", R"({"num_tokens":2,"output_mode":"one_hot"})", vectors, DType::kInt32},
      {"CategoryEncoding", R"({"num_tokens":2,"output_mode":"count"})", vectors, DType::kInt32},
      {"Discretization", R"({"bin_boundaries":[-0.5,0,0.5]})", vectors},
      {"Discretization", R"({"bin_boundaries":[0],"output_mode":"count"})", sequences},
      {"HashedCrossing", R"({"num_bins":5})", {{4}, {4}}, DType::kString},
      {"HashedCrossing",
       R"({"num_bins":5,"output_mode":"one_hot"})",
       {{4, 1}, {4, 1}},
       DType::kInt32},
      {"Hashing", R"({"num_bins":5,"mask_value":"s"})", vectors, DType::kString},
      {"Hashing", R"({"num_bins":5,"salt":3,"output_mode":"count"})", sequences, DType::kInt32},
      {"IntegerLookup", R"({"vocabulary":[1,2],"num_oov_indices":2})", vectors, DType::kInt32},
      {"IntegerLookup", R"({"vocabulary":[1,2],"invert":true})", vectors, DType::kInt32},
      {"StringLookup", R"({"vocabulary":["s"],"mask_token":""})", sequences, DType::kString},
      {"StringLookup", R"({"vocabulary":["s"],"output_mode":"count"})", vectors, DType::kString},
      {"TextVectorization", R"({"vocabulary":["s"],"ngrams":2})", {{4, 1}}, DType::kString},
      {"TextVectorization", R"({"vocabulary":["s"],"split":null})", vectors, DType::kString},
      {"TextVectorization",
       R"({"vocabulary":["s"],"output_mode":"tf_idf","idf_weights":[2]})",
       {{4}},
       DType::kString},
      {"RandomFlip", R"({"seed":1})", images},
      {"RandomRotation", R"({"factor":0.2,"seed":1})", images},
      {"RandomBrightness", R"({"factor":0.2,"seed":1})", images},
      {"RandomContrast", R"({"factor":0.2,"seed":1})", images},
      {"RandomSaturation", R"({"factor":0.2,"seed":1})", colors},
      {"RandomHue", R"({"factor":0.2,"seed":1})", colors},
      {"RandomColorJitter", R"({"brightness_factor":0.2,"hue_factor":0.3,"seed":1})", colors},
      {"RandomColorDegeneration", R"({"factor":0.2,"seed":1})", colors},
      {"RandomGrayscale", R"({"seed":1})", colors},
      {"RandomSharpness", R"({"factor":0.2,"seed":1})", images},
      {"RandomPosterization", R"({"factor":4,"seed":1})", images},
      {"RandomInvert", R"({"seed":1})", images},
      {"RandomGaussianBlur", R"({"kernel_size":[3,5],"seed":1})", images},
      {"Solarization", R"({"threshold_factor":0.5,"seed":1})", images},
      {"Equalization", R"({"bins":5})", images},
      {"AutoContrast", "{}", images},
      {"ContrastLimitedAdaptiveHistogramEqualization", R"({"tile_grid_size":[3,2]})", images},
      {"CutMix", R"({"seed":1})", images},
      {"MixUp", R"({"seed":1})", images},
      {"AugMix", R"({"seed":1})", colors},
      {"RandAugment", R"({"seed":1})", colors},
      {"Resizing", R"({"height":3,"width":8})", images},
      {"Resizing", R"({"height":8,"width":3,"crop_to_aspect_ratio":true})", images},
      {"Resizing", R"({"height":8,"width":3,"pad_to_aspect_ratio":true,"antialias":true})", images},
      {"CenterCrop", R"({"height":3,"width":8})", images},
      {"RandomCrop", R"({"height":3,"width":4,"seed":1})", images},
      {"RandomTranslation", R"({"height_factor":0.5,"width_factor":0.5,"seed":1})", images},
      {"RandomZoom", R"({"height_factor":0.5,"seed":1})", images},
      {"RandomShear", R"({"x_factor":0.5,"y_factor":0.5,"seed":1})", images},
      {"RandomPerspective", R"({"seed":1})", images},
      {"RandomElasticTransform", R"({"seed":1})", images},
      {"RandomErasing", R"({"scale":[0.5,1],"seed":1})", images},
      {"MaxNumBoundingBoxes", R"({"max_number":3})", images},
      {"Pipeline", R"({"layers":[)" CELL("Dense") "]}", images},
      {"CustomScaleLayer", R"({"scale":0.5})", pair},
      {"LayerScale", R"({"init_values":0.5,"projection_dim":4})", sequences},
      {"StochasticDepth", R"({"drop_path_rate":0.5})", sequences},
      {"ActivityRegularization", "{}", vectors},
      {"AlphaDropout", R"({"rate":0.5})", sequences},
      {"Dropout", R"({"rate":0.5,"noise_shape":[null,1,4]})", sequences},
      {"GaussianDropout", R"({"rate":0.5})", vectors},
      {"GaussianNoise", R"({"stddev":0.5})", vectors},
      {"Flatten", "{}", images},
      {"Permute", R"({"dims":[2,1]})", sequences},
      {"RepeatVector", R"({"n":3})", vectors},
      {"Reshape", R"({"target_shape":[4,-1]})", sequences},
      {"AdditiveAttention", "{}", pair},
      {"Attention", R"({"use_scale":true})", pair},
      {"GroupQueryAttention", R"({"head_dim":3,"num_query_heads":4,"num_key_value_heads":2})",
       sequences},
      {"MultiHeadAttention", R"({"num_heads":2,"key_dim":3})", sequences},
      {"TimeDistributed", R"({"layer":)" CELL("Dense") "}", sequences},
      {"TimeDistributed", R"({"layer":)" CELL("LSTM") "}", images},
      {"RNN", R"({"cell":)" CELL("GRUCell") R"(,"return_state":true})", sequences},
      {"RNN", R"({"cell":[)" CELL("LSTMCell") "," CELL("SimpleRNNCell") "]}", sequences},
  };
  for (const char* name : {"SimpleRNN", "GRU", "LSTM"}) {
    all.push_back({name, R"({"units":3})", sequences});
    all.push_back({name, R"({"units":3,"unroll":true,"return_sequences":true,"go_backwards":true})",
                   sequences});
    all.push_back({name, R"({"units":3,"stateful":true,"return_state":true})", sequences});
  }
  all.push_back({"GRU", R"({"units":3,"reset_after":false,"dropout":0.5})", sequences});
  all.push_back({"Bidirectional", R"({"layer":)" CELL("LSTM") "}", sequences});
  all.push_back({"Bidirectional", R"({"layer":)" CELL("GRU") R"(,"merge_mode":"sum"})", sequences});
  for (const char* name : {"SimpleRNNCell", "GRUCell", "LSTMCell"})
    all.push_back({name, R"({"units":3})", vectors});
  all.push_back(
      {"StackedRNNCells", R"({"cells":[)" CELL("GRUCell") "," CELL("LSTMCell") "]}", vectors});
  all.push_back({"ConvLSTM1D", R"({"filters":2,"kernel_size":2})", images});
  all.push_back({"ConvLSTM2D", R"({"filters":2,"kernel_size":2})", videos});
  all.push_back({"ConvLSTM3D", R"({"filters":2,"kernel_size":2})", {{1, 2, 3, 3, 3, 2}}});
  const char* const dimensions[] = {"1D", "2D", "3D"};
  const auto each = [&](const char* name, const char* arguments, int count) {
    for (int i = 0; i < count; ++i) {
      static std::set<std::string> names;
      all.push_back(
          {names.insert(name + std::string(dimensions[i])).first->c_str(), arguments, *spatial[i]});
    }
  };
  each("Conv", R"({"filters":2,"kernel_size":2})", 3);
  each(
      "Conv",
      R"({"filters":2,"kernel_size":2,"groups":2,"padding":"same","data_format":"channels_first"})",
      3);
  for (const char* name : {"Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"}) {
    all.push_back({name, R"({"filters":2,"kernel_size":2,"strides":2})", *spatial[name[4] - '1']});
  }
  each("DepthwiseConv", R"({"kernel_size":2,"depth_multiplier":2})", 2);
  each("SeparableConv", R"({"filters":2,"kernel_size":2})", 2);
  for (const char* name :
       {"MaxPooling", "AveragePooling", "GlobalMaxPooling", "GlobalAveragePooling"})
    each(name, "{}", 3);
  for (const char* name : {"AdaptiveMaxPooling", "AdaptiveAveragePooling"})
    each(name, R"({"output_size":2})", 3);
  each("SpatialDropout", R"({"rate":0.5})", 3);
  for (const char* name : {"Cropping", "UpSampling", "ZeroPadding"}) each(name, "{}", 3);
  return all;
}

class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}

  int64_t below(int64_t n) { return static_cast<int64_t>(engine_() % static_cast<uint64_t>(n)); }
  bool one_in(int64_t n) { return below(n) == 0; }

  // Usually a shape close to the given one.
  Shape near(Shape shape) {
    for (int64_t changes = below(3); changes > 0; --changes) {
      const int64_t kind = below(5);
      if (kind == 0 && shape.rank() < 6) {
        const int at = static_cast<int>(below(shape.rank() + 1));
        shape = shape.slice(0, at).concat({1 + below(3)}).concat(shape.slice(at));
      } else if (kind == 1 && shape.rank() > 0) {
        const int at = static_cast<int>(below(shape.rank()));
        shape = shape.slice(0, at).concat(shape.slice(at + 1));
      } else if (shape.rank() > 0) {
        shape[static_cast<int>(below(shape.rank()))] = one_in(6) ? 40 : below(7);
      }
    }
    return shape;
  }

  Tensor tensor(const Shape& shape, DType usual) {
    static const DType others[] = {DType::kInt32, DType::kBool, DType::kFloat16, DType::kString,
                                   DType::kFloat64};
    const DType dtype = one_in(8) ? others[below(5)] : usual;
    if (dtype != DType::kString) return filled(shape, dtype, below(20));
    return Tensor::strings(std::vector<std::string>(static_cast<size_t>(shape.size()), "s"), shape);
  }

 private:
  std::mt19937 engine_;
};

Tree random_argument(Chance& chance, const std::string& name, const Subject& subject) {
  if (name == "training") return chance.one_in(2);
  const Shape& input = subject.inputs.front();
  const bool is_mask = name.find("mask") != std::string::npos;
  Shape shape = input;
  if (is_mask) shape = input.slice(0, 2);
  if (name == "attention_mask") shape = {2, 5, 5};
  if (name.find("state") != std::string::npos) shape = {input.front(), 3};
  const auto tensor = [&] {
    return Tree(chance.tensor(chance.near(shape), is_mask ? DType::kBool : subject.dtype));
  };
  if (chance.one_in(3)) return tensor();
  Tree::Sequence items;
  for (int64_t n = chance.below(4); n >= 0; --n) items.push_back(tensor());
  return Tree::list(std::move(items));
}

// One call with operands that may not fit.
struct RandomCall {
  Tree args;
  Tree::Dict kwargs;

  RandomCall(Chance& chance, const Subject& subject, const CallSignature& signature) {
    Tree::Sequence items;
    for (const Shape& shape : subject.inputs)
      items.push_back(chance.tensor(chance.near(shape), subject.dtype));
    args = items.size() == 1 ? items.front() : Tree::list(std::move(items));
    const auto& parameters = signature.parameters();
    for (size_t i = 1; i < parameters.size(); ++i) {
      const std::string& name = parameters[i].name;
      if (name == "value" || name == "states" || chance.one_in(3))
        kwargs.set(name, random_argument(chance, name, subject));
    }
  }

  void at_once(Layer& layer) const { layer.apply({args}, kwargs); }

  void in_a_plan(Layer& layer) const {
    runtime::Recorder recorder;
    std::vector<Tensor> tensors;
    const auto slot = [&](const Tree& leaf) {
      if (!leaf.is_tensor()) return leaf;
      tensors.push_back(leaf.as_tensor());
      return Tree(recorder.input(tensors.back().shape(), tensors.back().dtype()));
    };
    const Tree slots = map_structure(args, slot);
    const Tree keywords = map_structure(Tree(kwargs), slot);
    const std::vector<Tensor> outputs = flatten_tensors(layer.apply({slots}, keywords.as_dict()));
    runtime::Plan(recorder, outputs).run(tensors);
  }
};

// Only Error and NotRecordable are allowed, and internal errors fail the test.
template <class Fn>
void refuses_or_computes(const Fn& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_NE(error.kind(), ErrorKind::kInternalError) << error.what();
  } catch (const runtime::NotRecordable&) {
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what();
  }
}

TEST(Operands, OfRandomShapesStayWithinTheirMemory) {
  unsigned seed = 0;
  for (const Subject& subject : subjects()) {
    for (int round = 0; round < 60; ++round) {
      clear_session();
      Chance chance(++seed);
      SCOPED_TRACE(std::string(subject.class_name) + " " + subject.arguments + ", seed " +
                   std::to_string(seed));
      refuses_or_computes([&] {
        const ClassInfo* info = find_class_in_family(Family::kLayer, subject.class_name);
        const auto layer = std::static_pointer_cast<Layer>(
            construct(*info, json::parse(subject.arguments).as_object()));
        if (!chance.one_in(3)) {
          ShapeTree::List shapes;
          for (const Shape& shape : subject.inputs)
            shapes.emplace_back(chance.one_in(4) ? chance.near(shape) : shape);
          refuses_or_computes(
              [&] { layer->build(shapes.size() == 1 ? shapes.front() : ShapeTree(shapes)); });
        }
        const RandomCall call(chance, subject, layer->call_signature());
        refuses_or_computes([&] { call.at_once(*layer); });
        refuses_or_computes([&] { call.in_a_plan(*layer); });
        refuses_or_computes([&] {
          layer->compute_output_shape(
              {{{"input_shape", ShapeTree(chance.near(subject.inputs.front()))}}});
        });
      });
    }
  }
}

// Each line of layers.inc has a subject, except for layers without a computation of their own.
TEST(Operands, CoverEveryLayer) {
  std::set<std::string> tried{"InputLayer", "Lambda", "Wrapper"};
  for (const Subject& subject : subjects()) tried.insert(subject.class_name);
  std::string missing;
#define LAYER(folder, file, Class) \
  if (!tried.contains(#Class) && std::string(#Class) != "ActivationLayer") missing += #Class " ";
#include "layers/layers.inc"
#undef LAYER
  EXPECT_EQ(missing, "");
}

}  // namespace
}  // namespace keras::testing
