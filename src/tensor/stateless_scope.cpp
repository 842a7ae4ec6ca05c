#include "tensor/stateless_scope.h"

#include <algorithm>
#include <utility>

#include "tensor/variable.h"

namespace keras {
namespace {

thread_local StatelessScope* g_scope = nullptr;

}  // namespace

StatelessScope::StatelessScope(Purpose purpose)
    : purpose_(purpose),
      outer_(std::exchange(g_scope, this)),
      first_number_(Variable::created_count() + 1) {}

StatelessScope::~StatelessScope() {
  g_scope = outer_;
  for (Before& before : changed_) {
    Variable& variable = *before.variable;
    variable.value_ = std::move(before.value);
    variable.initialize_ = std::move(before.initialize);
    variable.initial_ = before.initial;
  }
}

StatelessScope* StatelessScope::current() { return g_scope; }

void StatelessScope::note_missing_data(const std::string& place) {
  for (auto* scope = g_scope; scope != nullptr; scope = scope->outer_) {
    if (!scope->missed_data_) scope->place_ = place;
    scope->missed_data_ = true;
    if (scope->purpose_ == Purpose::kTrace) return;
  }
}

bool StatelessScope::remember(Variable& variable) {
  if (variable.number_ >= first_number_) return false;
  const bool known = std::any_of(changed_.begin(), changed_.end(), [&](const Before& before) {
    return before.variable.get() == &variable;
  });
  if (!known) {
    changed_.push_back(
        {variable.shared_from_this(), variable.value_, variable.initialize_, variable.initial_});
  }
  return true;
}

bool ShapesOnlyScope::active() {
  return g_scope != nullptr && g_scope->purpose_ == Purpose::kShapes;
}

ShapesOnlyScope::Pause::Pause() : paused_(g_scope) {
  if (active()) g_scope = nullptr;
}
ShapesOnlyScope::Pause::~Pause() { g_scope = paused_; }

}  // namespace keras
