// Notes of errors that arise while a model is cloned: which layer, of which model, on which shapes.
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
std::string cloning_note(const Operation& original, const std::string& model_place);
std::string calling_note(const Operation& original, const Tree& callable,
                         const Tree::Sequence& args);

// One call that was made for the clone of a graph, and what it returned.
struct ClonedCall {
  std::shared_ptr<Operation> original;
  Tree outputs;
};

// Adds a note to an error about the clone's graph: the first call that returned too few values, or
// one that does not come from the inputs. `nodes` are the calls of the original, in their order.
void note_broken_call(Error& error, const std::vector<std::shared_ptr<Node>>& nodes,
                      const Tree& inputs, const std::vector<ClonedCall>& calls);
// Adds a note to an error of making a Sequential of `entries`: the first one that is not a layer,
// or the call that failed.
void note_failing_entry(Error& error, const std::string& model_place,
                        const std::vector<LayerPtr>& originals, const std::vector<Tree>& entries,
                        const std::optional<Sequential::FailedCall>& failed);

}  // namespace keras
