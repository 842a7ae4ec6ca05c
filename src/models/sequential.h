// Sequential: a linear stack of layers (keras/src/models/sequential.py).
#pragma once

#include <string>
#include <unordered_map>

#include "layers/core/input_layer.h"
#include "models/functional/functional.h"
#include "models/model.h"

namespace keras {

class Sequential : public Model {
 public:
  void configure(const json::Object& config) override;
  json::Object get_config() const override;
  bool wraps_errors_of_from_config() const override { return false; }

  // Adds a layer, Input tensor or InputLayer. Keras's ValueErrors for anything else, a second Input
  // or a duplicate name.
  void add(const Tree& layer, bool rebuild = true);
  // Adds several without a rebuild.
  void add_all(const std::vector<Tree>& layers);
  LayerPtr pop();
  // Builds if the first entry determines the input shape. Call once after several
  // adds without rebuild.
  void maybe_rebuild();

  // The layer call that failed while the graph was built, by index in layers(), and its input.
  struct FailedCall {
    size_t layer;
    Tree input;
  };
  const std::optional<FailedCall>& failed_call() const { return failed_call_; }

  // Without the InputLayer.
  std::vector<LayerPtr> layers() const override;
  // With the InputLayer.
  const std::vector<LayerPtr>& stack() const { return stack_; }
  std::shared_ptr<InputLayer> input_layer() const;
  // The graph of the built model; null before.
  const std::shared_ptr<Functional>& functional() const { return functional_; }
  // AttributeError "Sequential model 's' has no defined inputs yet." before it is built.
  const std::vector<Tensor>& inputs() const;
  const std::vector<Tensor>& outputs() const;
  ShapeTree input_shape() const;
  ShapeTree output_shape() const;

  DType input_dtype() const override;
  Tree call(const CallArgs& args) override;
  Tree compute_output_spec(const CallArgs& args) override;
  ShapeTree compute_output_shape(const BuildShapes& shapes) override;

 protected:
  void build_layer(const BuildShapes& shapes) override;

 private:
  void connect();
  void require_single_argument(const Layer& layer) const;
  // The layers of the stack by name: a search for each of many layers would be quadratic.
  using Names = std::unordered_multimap<std::string, const Layer*>;
  // Adds a layer without a rebuild, to the names, too.
  void push(const Tree& layer, Names& names);

  std::vector<LayerPtr> stack_;
  std::shared_ptr<Functional> functional_;
  std::optional<FailedCall> failed_call_;
};

extern const ClassInfo kSequentialClass;

// Keras's Sequential(layers, name=..., trainable=...). When it throws, `failed` receives
// the failed call.
std::shared_ptr<Sequential> make_sequential(const std::vector<Tree>& layers,
                                            std::optional<std::string> name = {},
                                            bool trainable = true,
                                            const ClassInfo* info = &kSequentialClass,
                                            std::optional<Sequential::FailedCall>* failed = {});

}  // namespace keras
