// Transfers vocabularies that layers have learned to their replacements in a clone. They are
// neither weights nor part of a config.
#pragma once

#include <vector>

#include "models/cloning/weight_transfer.h"

namespace keras {

// Vocabularies are matched by the order of the layers that hold them. A replacement of another
// class, or with a vocabulary in its config, keeps its own.
void transfer_vocabularies(const std::vector<Replacement>& replacements);

}  // namespace keras
