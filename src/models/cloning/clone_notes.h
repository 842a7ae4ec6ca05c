// Notes on errors raised while a model is cloned: the layer, the model, the shapes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "models/functional/functional.h"
#include "models/sequential.h"

namespace keras {

// "layer 'd' (Dense)", "model 'm' (Functional)", "operation 'add' (Add)".
std::string describe(const Operation& operation);
std::string cloning_note(const Operation& original, const std::string& model_path);
std::string calling_note(const Operation& original, const Tree& callable,
                         const Tree::Sequence& args);

// A call in the graph of the clone.
struct ClonedCall {
  std::shared_ptr<Operation> original;
  Tree outputs;
};

// Adds a note about the first call in the clone that returned too few values, or a tensor that does
// not depend on the inputs. `nodes` are the calls of the original, in order.
void note_broken_call(Error& error, const std::vector<std::shared_ptr<Node>>& nodes,
                      const Tree& inputs, const std::vector<ClonedCall>& calls);
// Adds a note to an error of making a Sequential of `entries`: about the first one that is not a
// layer, or the call that failed.
void note_failing_entry(Error& error, const std::string& model_path,
                        const std::vector<LayerPtr>& originals, const std::vector<Tree>& entries,
                        const std::optional<Sequential::FailedCall>& failed);

}  // namespace keras
