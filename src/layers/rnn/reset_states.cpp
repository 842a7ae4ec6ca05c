#include "layers/rnn/reset_states.h"

#include <unordered_set>

#include "base/error.h"
#include "layers/rnn/rnn.h"

namespace keras {

void reset_states(const LayerPtr& root) {
  bool any_stateful = false;
  std::unordered_set<const Layer*> seen;
  std::vector<LayerPtr> open{root};
  while (!open.empty()) {
    const LayerPtr layer = std::move(open.back());
    open.pop_back();
    if (!seen.insert(layer.get()).second) continue;
    if (auto* rnn = dynamic_cast<RNN*>(layer.get())) {
      any_stateful = any_stateful || rnn->stateful();
      rnn->reset_state();
    }
    for (const LayerPtr& inner : layer->sublayers()) open.push_back(inner);
  }
  if (!any_stateful && root->class_info().class_name == "Bidirectional") {
    raise_attribute_error({"Layer must be stateful."});
  }
}

}  // namespace keras
