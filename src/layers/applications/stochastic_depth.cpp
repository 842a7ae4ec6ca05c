// StochasticDepth: drops whole samples during training (keras/src/applications/convnext.py).
#include "layers/applications/application_layer.h"
#include "layers/shaped_layer.h"
#include "ops/numpy.h"
#include "ops/random.h"

namespace keras {
namespace {

class StochasticDepth final : public ElementwiseLayer {
 public:
  void fields(FieldVisitor& f) override {
    Layer::fields(f);
    f("drop_path_rate", drop_path_rate_, "Probability of dropping a sample.", Field::kRequired);
  }

  const CallSignature& call_signature() const override {
    static const CallSignature signature("x, training=None");
    return signature;
  }

  Tensor call_one(const Tensor& x, const CallArgs& args) override {
    if (!args.training()) return x;
    const double kept = 1 - drop_path_rate_;
    Shape shape(std::vector<int64_t>(static_cast<size_t>(x.rank()), 1));
    shape[0] = x.shape()[0];
    const Tensor noise = ops::random_uniform(shape, 0, 1, DType::kFloat32, draw_seed(Seed()));
    return ops::multiply(ops::divide(x, kept), ops::floor(ops::add(noise, kept)));
  }

 private:
  Number drop_path_rate_;
};

}  // namespace

KERAS_APPLICATION_LAYER("keras.src.applications.convnext", StochasticDepth)

}  // namespace keras
