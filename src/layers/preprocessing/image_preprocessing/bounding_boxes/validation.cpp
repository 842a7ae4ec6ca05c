#include "layers/preprocessing/image_preprocessing/bounding_boxes/validation.h"

#include "base/error.h"
#include "ops/core.h"

namespace keras::bounding_boxes {

BoundingBoxes densify_bounding_boxes(const Tree& bounding_boxes) {
  const Tree* boxes = nullptr;
  const Tree* labels = nullptr;
  if (bounding_boxes.is_dict()) {
    boxes = bounding_boxes.as_dict().find("boxes");
    labels = bounding_boxes.as_dict().find("labels");
  }
  if (boxes == nullptr || labels == nullptr) {
    raise_value_error(
        {"Expected `bounding_boxes` agurment to be a dict with keys 'boxes' and 'labels'. "
         "Received: bounding_boxes=",
         repr(bounding_boxes)});
  }
  const BoundingBoxes out{ops::cast(boxes->as_tensor(), DType::kFloat32), labels->as_tensor()};
  const int rank = out.boxes.rank(), label_rank = out.labels.rank();
  if (rank != 2 && rank != 3) {
    raise_value_error(
        {"Expected `bounding_boxes['boxes']` to have rank 2 or 3, with shape (num_boxes, 4) or "
         "(batch_size, num_boxes, 4). Received: bounding_boxes['boxes'].shape=",
         repr(out.boxes.shape())});
  }
  if (label_rank != rank - 1 && label_rank != rank) {
    raise_value_error({"Found bounding_boxes['boxes'].shape=", repr(out.boxes.shape()),
                       " and expected bounding_boxes['labels'] to have rank ",
                       std::to_string(rank - 1), " or ", std::to_string(rank),
                       ", but received: bounding_boxes['labels'].shape=", repr(out.labels.shape()),
                       " "});
  }
  return out;
}

}  // namespace keras::bounding_boxes
