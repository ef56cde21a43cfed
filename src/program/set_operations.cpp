#include "program/set_operations.hpp"

#include <utility>

namespace sheaf::program {
namespace {

Ref<Set> copied(Context& context, const Set& set) {
  auto copy = context.heap.make<Set>(0);
  copy->table.merge(context, set.table);
  context.recount(*copy);
  return copy;
}

void remove_all(Context& context, Set& set, const Set& others) {
  for (const auto& item : others.table.items()) set.table.remove(context, item);
  set.table.tidy(context);
}

// CPython walks the shorter one.
Ref<Set> intersection(Context& context, const Set& a, const Set& b) {
  const bool swap = b.table.size() > a.table.size();
  const auto& longer = swap ? b : a;
  const auto& shorter = swap ? a : b;
  auto result = context.heap.make<Set>(0);
  result->table.take_uncertainty(shorter.table);
  for (const auto& item : shorter.table.items()) {
    if (longer.table.contains(context, item)) result->table.add(context, item);
  }
  return result;
}

Ref<Set> difference(Context& context, const Set& a, const Set& b) {
  if (a.table.size() / 4 > b.table.size()) {
    auto result = copied(context, a);
    remove_all(context, *result, b);
    return result;
  }
  auto result = context.heap.make<Set>(0);
  result->table.take_uncertainty(a.table);
  for (const auto& item : a.table.items()) {
    if (!b.table.contains(context, item)) result->table.add(context, item);
  }
  return result;
}

void toggle(Context& context, Set& set, const Set& others) {
  set.table.take_uncertainty(others.table);
  for (const auto& item : others.table.items()) {
    if (!set.table.remove(context, item)) set.table.add(context, item);
  }
}

}  // namespace

Value make_set(Context& context, const Values& items) {
  auto set = context.heap.make<Set>(0);
  for (const auto& item : items) {
    set->table.add(context, item);
    context.recount(*set);
  }
  return set;
}

Value set_operation(Context& context, Op op, const Set& a, const Set& b) {
  Ref<Set> result;
  switch (op) {
    case Op::bit_or:
      result = copied(context, a);
      result->table.merge(context, b.table);
      break;
    case Op::bit_and:
      result = &a == &b ? copied(context, a) : intersection(context, a, b);
      break;
    case Op::subtract:
      result = difference(context, a, b);
      break;
    case Op::bit_xor:
      result = copied(context, b);
      toggle(context, *result, a);
      break;
    default:
      return {};
  }
  context.recount(*result);
  return result;
}

bool set_update(Context& context, Op op, Set& a, const Set& b) {
  switch (op) {
    case Op::bit_or:
      a.table.merge(context, b.table);
      break;
    case Op::bit_and: {
      auto result = &a == &b ? copied(context, a) : intersection(context, a, b);
      std::swap(a.table, result->table);
      break;
    }
    case Op::subtract:
      if (&a == &b) {
        a.table.clear();
      } else {
        remove_all(context, a, b);
      }
      break;
    case Op::bit_xor:
      if (&a == &b) {
        a.table.clear();
      } else {
        toggle(context, a, b);
      }
      break;
    default:
      return false;
  }
  context.recount(a);
  return true;
}

}  // namespace sheaf::program
