#include "models/cloning/vocabulary_transfer.h"

#include "layers/delegate.h"
#include "layers/preprocessing/vocabulary_holder.h"
#include "models/variables_within.h"

namespace keras {
namespace {

std::vector<LayerPtr> holders_within(const LayerPtr& layer) {
  std::vector<LayerPtr> holders;
  for (const LayerPath& item : layers_within(layer)) {
    if (layer_as<VocabularyHolder>(item.layer.get()) != nullptr) holders.push_back(item.layer);
  }
  return holders;
}

}  // namespace

void transfer_vocabularies(const std::vector<Replacement>& replacements) {
  for (const Replacement& replacement : replacements) {
    if (!replacement.target || replacement.target == replacement.source) continue;
    const std::vector<LayerPtr> sources = holders_within(replacement.source);
    if (sources.empty()) continue;
    const std::vector<LayerPtr> targets = holders_within(replacement.target);
    if (sources.size() != targets.size()) continue;
    for (size_t i = 0; i < sources.size(); ++i) {
      if (&sources[i]->class_info() != &targets[i]->class_info()) continue;
      auto* target = layer_as<VocabularyHolder>(targets[i].get());
      target->copy_vocabulary(*layer_as<VocabularyHolder>(sources[i].get()));
    }
  }
}

}  // namespace keras
