// Indexing and slicing.
#include <algorithm>
#include <limits>

#include "core/text.hpp"
#include "program/integer.hpp"
#include "program/iterate.hpp"
#include "program/text_value.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

struct Bounds {
  std::int64_t start = 0;
  std::int64_t step = 1;
  std::int64_t count = 0;
};

std::int64_t bound(Context& context, const Value& value, std::int64_t length, std::int64_t least,
                   std::int64_t most, std::int64_t missing) {
  if (value.is_none()) return missing;
  if (!value.is_integral()) {
    context.raise(errors::type, "slice indices must be integers or None");
  }
  auto index = index_of(context, value);
  if (index < 0) index = std::max(index, -length - 1) + length;
  return std::clamp(index, least, most);
}

Bounds bounds(Context& context, const Slice& slice, std::int64_t length) {
  Bounds bounds;
  if (!slice.step.is_none()) {
    if (!slice.step.is_integral()) {
      context.raise(errors::type, "slice indices must be integers or None");
    }
    bounds.step =
        std::max(index_of(context, slice.step), -std::numeric_limits<std::int64_t>::max());
  }
  if (bounds.step == 0) context.raise(errors::value, "slice step cannot be zero");
  const bool forwards = bounds.step > 0;
  const std::int64_t least = forwards ? 0 : -1;
  const auto most = forwards ? length : length - 1;
  bounds.start = bound(context, slice.lower, length, least, most, forwards ? least : most);
  const auto stop = bound(context, slice.upper, length, least, most, forwards ? most : least);
  if (forwards && bounds.start < stop) bounds.count = (stop - bounds.start - 1) / bounds.step + 1;
  if (!forwards && bounds.start > stop) bounds.count = (bounds.start - stop - 1) / -bounds.step + 1;
  return bounds;
}

/// Where the element stands; raises where it is past an end, or no integer.
std::size_t position(Context& context, const Value& container, const Value& index,
                     std::int64_t length) {
  const auto name = std::string(type_name(container));
  if (!index.is_integral()) {
    context.raise(errors::type, name + " indices must be integers or slices, not " +
                                    std::string(type_name(index)));
  }
  auto place = index_of(context, index);
  if (place < 0 && place >= -length) place += length;
  if (place < 0 || place >= length) context.raise(errors::index, name + " index out of range");
  return static_cast<std::size_t>(place);
}

Values sliced(Context& context, const Values& items, const Slice& slice) {
  const auto cut = bounds(context, slice, std::ssize(items));
  context.expect_values(static_cast<std::size_t>(cut.count));
  Values taken;
  for (std::int64_t i = 0; i < cut.count; ++i) {
    taken.push_back(items[static_cast<std::size_t>(cut.start + i * cut.step)]);
  }
  return taken;
}

Value sliced_text(Context& context, const Text& text, const Slice& slice) {
  const auto cut = bounds(context, slice, static_cast<std::int64_t>(text.length));
  const auto pieces = code_points(context, text);
  std::string taken;
  for (std::int64_t i = 0; i < cut.count; ++i) {
    taken += pieces[static_cast<std::size_t>(cut.start + i * cut.step)];
  }
  context.work(cut.count);
  return context.text(std::move(taken), static_cast<std::size_t>(cut.count));
}

Value character(Context& context, const Text& text, std::size_t place) {
  if (text.ascii()) return context.text(text.bytes.substr(place, 1), 1);
  return context.text(std::string(code_points(context, text)[place]), 1);
}

Value sliced_range(Context& context, const Range& range, const Slice& slice) {
  const auto cut = bounds(context, slice, range.length);
  const auto start = range.start + cut.start * range.step;
  std::int64_t step = 0;
  if (__builtin_mul_overflow(range.step, cut.step, &step)) context.refuse("so long a step");
  std::int64_t stop = 0;
  if (__builtin_mul_overflow(step, cut.count, &stop)) context.refuse("so long a step");
  return make_range(context, start, start + stop, step);
}

}  // namespace

Value get_item(Context& context, const Value& container, const Value& index) {
  const auto* slice = index.is(Type::slice) ? &index.as<Slice>() : nullptr;
  switch (container.type()) {
    case Type::list: {
      const auto& items = container.as<List>().items;
      if (slice != nullptr) return context.list(sliced(context, items, *slice));
      return items[position(context, container, index, std::ssize(items))];
    }
    case Type::tuple: {
      const auto& items = container.as<Tuple>().items;
      if (slice != nullptr) return context.tuple(sliced(context, items, *slice));
      return items[position(context, container, index, std::ssize(items))];
    }
    case Type::text: {
      const auto& text = container.as<Text>();
      if (slice != nullptr) return sliced_text(context, text, *slice);
      const auto length = static_cast<std::int64_t>(text.length);
      return character(context, text, position(context, container, index, length));
    }
    case Type::dict: {
      const auto* value = container.as<Dict>().table.find(context, index);
      if (value == nullptr) context.raise(errors::key, index);
      return *value;
    }
    case Type::range: {
      const auto& range = container.as<Range>();
      if (slice != nullptr) return sliced_range(context, range, *slice);
      return range.at(static_cast<std::int64_t>(position(context, container, index, range.length)));
    }
    case Type::builtin:
      context.refuse("a subscript of a type");
    default:
      context.raise(errors::type,
                    "'" + std::string(type_name(container)) + "' object is not subscriptable");
  }
}

void set_item(Context& context, const Value& container, const Value& index, Value value) {
  if (container.is(Type::dict)) {
    auto& dict = container.as<Dict>();
    dict.table.set(context, index, std::move(value));
    context.recount(dict);
    return;
  }
  if (!container.is(Type::list)) {
    context.raise(errors::type, "'" + std::string(type_name(container)) +
                                    "' object does not support item assignment");
  }
  auto& list = container.as<List>();
  if (!index.is(Type::slice)) {
    list.items[position(context, container, index, std::ssize(list.items))] = std::move(value);
    return;
  }
  auto added = collect(context, value);
  const auto cut = bounds(context, index.as<Slice>(), std::ssize(list.items));
  context.work(std::ssize(list.items) + std::ssize(added));
  if (cut.step == 1) {
    context.expect_values(list.items.size() + added.size());
    const auto first = list.items.begin() + cut.start;
    const Values removed(first, first + cut.count);
    list.items.erase(first, first + cut.count);
    list.items.insert(list.items.begin() + cut.start, added.begin(), added.end());
    context.recount(list);
    return;
  }
  if (std::ssize(added) != cut.count) {
    context.raise(errors::value, "attempt to assign sequence of size " +
                                     std::to_string(added.size()) + " to extended slice of size " +
                                     std::to_string(cut.count));
  }
  for (std::int64_t i = 0; i < cut.count; ++i) {
    std::swap(list.items[static_cast<std::size_t>(cut.start + i * cut.step)],
              added[static_cast<std::size_t>(i)]);
  }
}

void delete_item(Context& context, const Value& container, const Value& index) {
  if (container.is(Type::dict)) {
    auto& dict = container.as<Dict>();
    if (!dict.table.remove(context, index).is_set()) context.raise(errors::key, index);
    return;
  }
  if (!container.is(Type::list)) {
    context.raise(errors::type, "'" + std::string(type_name(container)) +
                                    "' object doesn't support item deletion");
  }
  auto& list = container.as<List>();
  auto& items = list.items;
  context.work(std::ssize(items));
  Bounds cut{0, 1, 1};
  if (index.is(Type::slice)) {
    cut = bounds(context, index.as<Slice>(), std::ssize(items));
  } else {
    cut.start = static_cast<std::int64_t>(position(context, container, index, std::ssize(items)));
  }
  if (cut.step < 0) {
    cut.start += (cut.count - 1) * cut.step;
    cut.step = -cut.step;
  }
  Values kept;
  for (std::int64_t i = 0; i < std::ssize(items); ++i) {
    const auto offset = i - cut.start;
    const bool goes =
        cut.count > 0 && offset >= 0 && offset % cut.step == 0 && offset / cut.step < cut.count;
    if (!goes) kept.push_back(items[static_cast<std::size_t>(i)]);
  }
  std::swap(items, kept);
  context.recount(list);
}

}  // namespace sheaf::program
