#include "program/scopes.hpp"

#include <algorithm>
#include <iterator>

#include "program/stop.hpp"

namespace sheaf::program {
namespace {

[[noreturn]] void no_binding(std::string_view name) {
  throw Stopped{FailureKind::syntax, "no binding for nonlocal '" + std::string(name) + "' found"};
}

}  // namespace

void Scopes::open(bool comprehension) {
  scopes_.emplace_back();
  scopes_.back().comprehension = comprehension;
}

void Scopes::open_comprehension(std::size_t mark) {
  open(true);
  auto& outer = scopes_[scopes_.size() - 2].uses;
  const auto first = outer.begin() + static_cast<std::ptrdiff_t>(mark);
  scopes_.back().uses.assign(first, outer.end());
  outer.erase(first, outer.end());
}

void Scopes::move_out(std::size_t mark) {
  auto& inner = scopes_.back().uses;
  auto& outer = scopes_[scopes_.size() - 2].uses;
  const auto first = inner.begin() + static_cast<std::ptrdiff_t>(mark);
  outer.insert(outer.end(), first, inner.end());
  inner.erase(first, inner.end());
}

void Scopes::use(Name& name) { scopes_.back().uses.push_back(&name); }

std::size_t Scopes::bind_in(Scope& scope, std::string_view name) {
  if (scope.globals.contains(name)) return bind_in(scopes_.front(), name);
  if (scope.nonlocals.contains(name)) return 0;
  return scope.slots.emplace(name, scope.slots.size()).first->second;
}

std::size_t Scopes::bind(std::string_view name) { return bind_in(scopes_.back(), name); }

void Scopes::bind_around(std::string_view name) {
  const auto found = std::find_if(scopes_.rbegin(), scopes_.rend(),
                                  [](const Scope& scope) { return !scope.comprehension; });
  bind_in(*found, name);
}

bool Scopes::used(std::string_view name) const {
  const auto& scope = scopes_.back();
  return scope.slots.contains(name) ||
         std::ranges::any_of(scope.uses, [&](const Name* use) { return use->text == name; });
}

bool Scopes::declare_global(std::string_view name) {
  if (used(name) || scopes_.back().nonlocals.contains(name)) return false;
  if (!at_top()) scopes_.back().globals.insert(name);
  return true;
}

bool Scopes::declare_nonlocal(std::string_view name) {
  if (used(name) || scopes_.back().globals.contains(name) || at_top()) return false;
  scopes_.back().nonlocals.insert(name);
  return true;
}

std::size_t Scopes::close() {
  auto scope = std::move(scopes_.back());
  scopes_.pop_back();
  auto& outer = scopes_.back();
  for (const auto name : scope.wanted) {
    if (!scope.slots.contains(name)) outer.wanted.insert(name);
  }
  outer.wanted.insert(scope.nonlocals.begin(), scope.nonlocals.end());
  for (auto* use : scope.uses) {
    const auto found = scope.slots.find(use->text);
    if (scope.globals.contains(use->text)) {
      use->depth += scopes_.size();
      use->slot = bind_in(scopes_.front(), use->text);
    } else if (found != scope.slots.end()) {
      use->slot = found->second;
    } else {
      ++use->depth;
      outer.uses.push_back(use);
    }
  }
  return scope.slots.size();
}

std::vector<std::string_view> Scopes::close_program() {
  auto& scope = scopes_.front();
  if (!scope.wanted.empty()) no_binding(*scope.wanted.begin());
  for (auto* use : scope.uses) use->slot = bind_in(scope, use->text);
  std::vector<std::string_view> names(scope.slots.size());
  for (const auto& [name, slot] : scope.slots) names[slot] = name;
  return names;
}

}  // namespace sheaf::program
