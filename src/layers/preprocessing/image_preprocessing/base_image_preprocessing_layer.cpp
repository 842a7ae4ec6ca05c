#include "layers/preprocessing/image_preprocessing/base_image_preprocessing_layer.h"

#include <algorithm>

#include "base/error.h"
#include "graph/keras_tensor.h"
#include "layers/preprocessing/image_preprocessing/bounding_boxes/validation.h"
#include "ops/core.h"
#include "ops/numpy.h"

namespace keras {
namespace {

const Tree& entry(const Tree& dict, std::string_view key) {
  const Tree* found = dict.as_dict().find(key);
  if (found == nullptr) raise_key_error({"'", key, "'"});
  return *found;
}

const Tensor& images_in(const Tree& data) {
  return (data.is_dict() ? entry(data, "images") : data).as_tensor();
}

bool is_batched(const Tensor& images) {
  if (images.rank() == 3 || images.rank() == 4) return images.rank() == 4;
  raise_value_error(
      {"Expected image tensor to have rank 3 (single image) or 4 (batch of images). Received: "
       "data.shape=",
       repr(images.shape())});
}

bool is_abstract(const Tree& data) {
  const std::vector<Tensor> tensors = flatten_tensors(data);
  return std::any_of(tensors.begin(), tensors.end(),
                     [](const Tensor& tensor) { return tensor.is_abstract(); });
}

}  // namespace

void BaseImagePreprocessingLayer::fields(FieldVisitor& f) {
  Layer::fields(f);
  f("data_format", data_format_, "Position of the channels axis.");
  f("bounding_box_format", bounding_box_format_,
    "xyxy, yxyx, xywh, center_xywh, center_yxhw, rel_xyxy, rel_yxyx, rel_xywh or rel_center_xywh; "
    "needed for calls with bounding boxes.",
    Field::kOmitNull);
}

const CallSignature& BaseImagePreprocessingLayer::call_signature() const {
  static const CallSignature signature("data, training=True");
  return signature;
}

std::string BaseImagePreprocessingLayer::unknown_argument_message(
    const json::Object& unknown) const {
  const json::Value* factor = unknown.find("factor");
  if (factor == nullptr || unknown.size() > 1) return Layer::unknown_argument_message(unknown);
  return "Layer " + std::string(class_info().class_name) +
         " does not take a `factor` argument. Received: factor=" + python_str(*factor);
}

void BaseImagePreprocessingLayer::make_generator() {
  generator_ = SeedGenerator::make(seed_);
  track(generator_);
}

Tree BaseImagePreprocessingLayer::get_random_transformation(const Tree& data, bool training,
                                                            const SeedGeneratorPtr& seed) {
  return draw_transformation(images_in(data), training, seed ? seed : generator_);
}

Tree BaseImagePreprocessingLayer::draw_transformation(const Tensor&, bool,
                                                      const SeedGeneratorPtr&) {
  return {};
}

Tensor BaseImagePreprocessingLayer::resample(const Tensor&, const Tree&, const std::string&) {
  raise_not_implemented_error({""});
}

Tensor BaseImagePreprocessingLayer::transform_images(const Tensor& images,
                                                     const Tree& transformation, bool training) {
  const Tensor x = ops::cast(images, compute_dtype());
  return training ? resample(x, transformation, interpolation_) : x;
}

Tensor BaseImagePreprocessingLayer::transform_labels(const Tensor& labels, const Tree&, bool) {
  return labels;
}

BoundingBoxes BaseImagePreprocessingLayer::transform_bounding_boxes(const BoundingBoxes&,
                                                                    const Tree&, bool) {
  raise_not_implemented_error({""});
}

Tensor BaseImagePreprocessingLayer::transform_segmentation_masks(const Tensor& masks,
                                                                 const Tree& transformation,
                                                                 bool training) {
  return training ? resample(masks, transformation, "nearest") : masks;
}

Tensor BaseImagePreprocessingLayer::transform_single_image(const Tensor& image,
                                                           const Tree& transformation,
                                                           bool training) {
  return ops::squeeze(transform_images(ops::expand_dims(image, 0), transformation, training), 0);
}

Tensor BaseImagePreprocessingLayer::transform_single_label(const Tensor& label,
                                                           const Tree& transformation,
                                                           bool training) {
  return ops::squeeze(transform_labels(ops::expand_dims(label, 0), transformation, training), 0);
}

BoundingBoxes BaseImagePreprocessingLayer::transform_single_bounding_box(
    const BoundingBoxes& bounding_box, const Tree& transformation, bool training) {
  const BoundingBoxes out = transform_bounding_boxes(
      {ops::expand_dims(bounding_box.boxes, 0), ops::expand_dims(bounding_box.labels, 0)},
      transformation, training);
  return {ops::squeeze(out.boxes, 0), ops::squeeze(out.labels, 0)};
}

Tensor BaseImagePreprocessingLayer::transform_single_segmentation_mask(const Tensor& mask,
                                                                       const Tree& transformation,
                                                                       bool training) {
  return ops::squeeze(
      transform_segmentation_masks(ops::expand_dims(mask, 0), transformation, training), 0);
}

Tree BaseImagePreprocessingLayer::call(const CallArgs& args) {
  const Tree& data = args.first();
  if (is_abstract(data)) return infer_outputs(data);
  const bool training = args.training();
  // Some layers of Keras draw in inference as well, and ignore the numbers. A plan does not: it
  // could not be kept.
  const bool draws = training || !images_in(data).is_slot();
  const Tree transformation = draws ? get_random_transformation(data, training) : Tree();
  if (data.is_dict()) return transform_dict(data.as_dict(), transformation, training);
  const Tensor& images = data.as_tensor();
  return is_batched(images) ? transform_images(images, transformation, training)
                            : transform_single_image(images, transformation, training);
}

Tree BaseImagePreprocessingLayer::transform_dict(const Tree::Dict& data, const Tree& transformation,
                                                 bool training) {
  Tree::Dict out = data;
  const Tensor images = images_in(data);  // not a reference: the tree made of `data` is temporary
  const bool batched = is_batched(images);
  out.set("images", batched ? transform_images(images, transformation, training)
                            : transform_single_image(images, transformation, training));
  if (Tree* given = out.find("bounding_boxes")) {
    bounding_box_format();
    const BoundingBoxes dense = bounding_boxes::densify_bounding_boxes(*given);
    const BoundingBoxes transformed =
        batched ? transform_bounding_boxes(dense, transformation, training)
                : transform_single_bounding_box(dense, transformation, training);
    given->as_dict().set("boxes", transformed.boxes);
    given->as_dict().set("labels", transformed.labels);
  }
  if (const Tree* labels = data.find("labels")) {
    const Tensor& given = labels->as_tensor();
    out.set("labels", batched ? transform_labels(given, transformation, training)
                              : transform_single_label(given, transformation, training));
  }
  if (const Tree* masks = data.find("segmentation_masks")) {
    const Tensor& given = masks->as_tensor();
    out.set("segmentation_masks",
            batched ? transform_segmentation_masks(given, transformation, training)
                    : transform_single_segmentation_mask(given, transformation, training));
  }
  return out;
}

Tree BaseImagePreprocessingLayer::compute_output_spec(const CallArgs& args) {
  const Tree& data = args.first();
  if (!data.is_tensor() && !data.is_dict()) {
    raise_value_error(
        {"Layer '", name(),
         "' expects images, or a dict with the key 'images'. Received: ", repr(data)});
  }
  const DType dtype = promised_dtype(images_in(data).dtype());
  return map_shapes(output_shapes(shapes_of(data)),
                    [&](const Shape& shape) { return Tree(make_keras_tensor(shape, dtype)); });
}

ShapeTree BaseImagePreprocessingLayer::compute_output_shape(const BuildShapes& shapes) {
  return output_shapes(shapes.first());
}

ShapeTree BaseImagePreprocessingLayer::output_shapes(const ShapeTree& data) const {
  if (!data.is_dict()) return output_shape(data.shape());
  ShapeTree::Dict out = data.dict();
  for (auto& [key, shape] : out) {
    if (key == "images" || key == "segmentation_masks") shape = output_shape(shape.shape());
  }
  return out;
}

Tree BaseImagePreprocessingLayer::infer_outputs(const Tree& data) const {
  const std::vector<Shape> shapes = output_shapes(shapes_of(data)).flat();
  size_t next = 0;
  Tree out = map_structure(data, [&](const Tree& leaf) -> Tree {
    if (!leaf.is_tensor() && !leaf.is_ndarray()) return leaf;
    return Tensor::abstract(shapes.at(next++), leaf.as_tensor().dtype());
  });
  const auto with_dtype = [](Tree& leaf, DType dtype) {
    leaf = Tensor::abstract(leaf.as_tensor().shape(), dtype);
  };
  const DType dtype = image_dtype(images_in(data).dtype());
  if (!out.is_dict()) {
    with_dtype(out, dtype);
    return out;
  }
  with_dtype(*out.as_dict().find("images"), dtype);
  if (Tree* boxes = out.as_dict().find("bounding_boxes")) {
    Tree* corners = boxes->is_dict() ? boxes->as_dict().find("boxes") : nullptr;
    if (corners != nullptr) with_dtype(*corners, DType::kFloat32);
  }
  return out;
}

int64_t BaseImagePreprocessingLayer::batch_size_of(const Tensor& images) {
  return images.rank() == 3 ? 1 : images.shape().front();
}

const std::string& BaseImagePreprocessingLayer::bounding_box_format() const {
  if (bounding_box_format_ && !bounding_box_format_->empty()) return *bounding_box_format_;
  raise_value_error(
      {"You passed an input with a 'bounding_boxes' key, but you didn't specify a bounding box "
       "format. Pass a `bounding_box_format` argument to your ",
       std::string(class_info().class_name), " layer, e.g. `bounding_box_format='xyxy'`."});
}

const Tensor& tensor_in(const Tree& transformation, std::string_view key) {
  return entry(transformation, key).as_tensor();
}

int64_t size_in(const Tree& transformation, std::string_view key) {
  return entry(transformation, key).as_int();
}

}  // namespace keras
