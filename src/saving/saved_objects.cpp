#include "saving/saved_objects.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "base/naming.h"
#include "base/sort.h"
#include "models/functional/functional.h"
#include "models/sequential.h"

namespace keras {
namespace {

// Attributes are visited by name, private ones last.
std::string sort_key(const std::string& path) {
  const std::string attribute = path.substr(0, path.find('/'));
  return attribute.starts_with('_') ? "~" + attribute : attribute;
}

class Walk {
 public:
  explicit Walk(const std::vector<const Layer*>& skip) : seen_(skip.begin(), skip.end()) {}

  std::vector<SavedObject> objects;

  void visit(const LayerPtr& layer, const std::string& path) {
    if (!layer || !seen_.insert(layer.get()).second) return;
    objects.push_back({path, layer});
    for (const auto& [relative, child] : saved_children_of(*layer))
      visit(child, join_path(path, relative));
  }

 private:
  std::set<const Layer*> seen_;
};

}  // namespace

void add_list(const std::vector<LayerPtr>& layers, const std::string& path,
              std::vector<SavedObject>& out) {
  std::map<std::string, int> used;
  for (const LayerPtr& layer : layers) {
    const std::string name = to_snake_case(layer->class_info().python_name());
    const int number = used[name]++;
    out.push_back({path + "/" + (number == 0 ? name : name + "_" + std::to_string(number)), layer});
  }
}

std::vector<SavedObject> saved_children_of(const Layer& layer) {
  std::vector<SavedObject> attributes;
  for (auto& [path, child] : layer.saved_children()) attributes.push_back({path, child});
  const auto* model = dynamic_cast<const Model*>(&layer);
  const bool is_graph = dynamic_cast<const Functional*>(model) != nullptr ||
                        dynamic_cast<const Sequential*>(model) != nullptr;
  std::vector<SavedObject> children;
  // The layers of a graph come first; in other models, `layers` is sorted among the attributes.
  if (model != nullptr) add_list(model->layers(), "layers", is_graph ? children : attributes);
  sort_stably(attributes, [](const SavedObject& a, const SavedObject& b) {
    return sort_key(a.path) < sort_key(b.path);
  });
  std::move(attributes.begin(), attributes.end(), std::back_inserter(children));
  return children;
}

std::vector<SavedObject> saved_objects(const LayerPtr& root,
                                       const std::vector<const Layer*>& skip) {
  Walk walk(skip);
  walk.visit(root, "");
  return std::move(walk.objects);
}

std::string join_path(const std::string& parent, const std::string& path) {
  return parent.empty() ? path : parent + "/" + path;
}

std::string nested_container(const std::string& path) {
  const size_t attribute = path.find('/');
  if (attribute == path.npos) return "";
  const size_t container = path.find('/', attribute + 1);
  return container == path.npos ? "" : path.substr(0, container);
}

}  // namespace keras
