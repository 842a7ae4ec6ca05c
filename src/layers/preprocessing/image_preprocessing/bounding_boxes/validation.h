// The `bounding_boxes` entry of a call
// (keras/src/layers/preprocessing/image_preprocessing/bounding_boxes/validation.py).
#pragma once

#include "layers/preprocessing/image_preprocessing/bounding_boxes/bounding_box.h"
#include "tree/tree.h"

namespace keras::bounding_boxes {

// Reads a dict with the tensors `boxes` [n, 4] or [batch, n, 4], converted to float32, and
// `labels`. ValueError with Keras's message for anything else.
BoundingBoxes densify_bounding_boxes(const Tree& bounding_boxes);

}  // namespace keras::bounding_boxes
