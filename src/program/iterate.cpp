#include "program/iterate.hpp"

#include <limits>
#include <utility>

#include "core/text.hpp"
#include "program/integer.hpp"
#include "program/type_names.hpp"

namespace sheaf::program {
namespace {

template <typename Sequence>
class ItemsIterator final : public Iterator {
 public:
  explicit ItemsIterator(Ref<Sequence> of) : sequence_(std::move(of)) {}
  void clear() override { sequence_ = {}; }
  bool next(Context&, Value& value) override {
    if (!sequence_ || position_ >= sequence_->items.size()) {
      sequence_ = {};
      return false;
    }
    value = sequence_->items[position_++];
    return true;
  }

 private:
  Ref<Sequence> sequence_;
  std::size_t position_ = 0;
};

class BackwardsIterator final : public Iterator {
 public:
  BackwardsIterator(Ref<List> of, std::size_t from) : list_(std::move(of)), position_(from) {}
  void clear() override { list_ = {}; }
  bool next(Context&, Value& value) override {
    if (position_ == 0 || position_ > list_->items.size()) {
      position_ = 0;
      return false;
    }
    value = list_->items[--position_];
    return true;
  }

 private:
  Ref<List> list_;
  std::size_t position_;
};

class TextIterator final : public Iterator {
 public:
  explicit TextIterator(Ref<Text> of) : text_(std::move(of)) {}
  void clear() override { text_ = {}; }
  bool next(Context& context, Value& value) override {
    const auto rest = std::string_view(text_->bytes).substr(position_);
    if (rest.empty()) return false;
    const auto size = text::decode_front(rest).length;
    value = context.text(std::string(rest.substr(0, size)), 1);
    position_ += size;
    return true;
  }

 private:
  Ref<Text> text_;
  std::size_t position_ = 0;
};

class RangeIterator final : public Iterator {
 public:
  RangeIterator(std::int64_t first, std::int64_t step, std::int64_t count)
      : next_(first), step_(step), left_(count) {}
  bool next(Context&, Value& value) override {
    if (left_ == 0) return false;
    value = Value(next_);
    if (--left_ > 0) next_ += step_;
    return true;
  }

 private:
  std::int64_t next_;
  std::int64_t step_;
  std::int64_t left_;
};

class DictIterator final : public Iterator {
 public:
  DictIterator(Ref<Dict> of, ViewKind kind)
      : dict_(std::move(of)), kind_(kind), version_(dict_->table.version()) {}
  void clear() override { dict_ = {}; }
  bool next(Context& context, Value& value) override {
    if (!dict_) return false;
    if (dict_->table.version() != version_) {
      context.raise(errors::runtime, "dictionary changed size during iteration");
    }
    const auto& entries = dict_->table.entries();
    while (position_ < entries.size() && !entries[position_].key.is_set()) ++position_;
    if (position_ >= entries.size()) {
      dict_ = {};
      return false;
    }
    const auto& entry = entries[position_++];
    value = kind_ == ViewKind::keys     ? entry.key
            : kind_ == ViewKind::values ? entry.value
                                        : context.tuple({entry.key, entry.value});
    return true;
  }

 private:
  Ref<Dict> dict_;
  ViewKind kind_;
  std::uint64_t version_;
  std::size_t position_ = 0;
};

class SetIterator final : public Iterator {
 public:
  explicit SetIterator(Ref<Set> of) : set_(std::move(of)), version_(set_->table.version()) {}
  void clear() override { set_ = {}; }
  bool next(Context& context, Value& value) override {
    if (!set_) return false;
    if (set_->table.version() != version_) {
      context.raise(errors::runtime, "Set changed size during iteration");
    }
    auto item = set_->table.next(position_);
    if (!item) {
      set_ = {};
      return false;
    }
    value = std::move(*item);
    return true;
  }

 private:
  Ref<Set> set_;
  std::uint64_t version_;
  std::size_t position_ = 0;
};

}  // namespace

void refuse_uncertain_order(Context& context, const Set& set) {
  if (set.table.uncertain()) {
    context.refuse("the order of a set to which something was added after something was removed");
  }
}

Value iterate(Context& context, const Value& value) {
  switch (value.type()) {
    case Type::list:
      return context.heap.make<ItemsIterator<List>>(0, Ref<List>(&value.as<List>()));
    case Type::tuple:
      return context.heap.make<ItemsIterator<Tuple>>(0, Ref<Tuple>(&value.as<Tuple>()));
    case Type::text:
      return context.heap.make<TextIterator>(0, Ref<Text>(&value.as<Text>()));
    case Type::range: {
      const auto& range = value.as<Range>();
      return context.heap.make<RangeIterator>(0, range.start, range.step, range.length);
    }
    case Type::dict:
      return context.heap.make<DictIterator>(0, Ref<Dict>(&value.as<Dict>()), ViewKind::keys);
    case Type::view:
      return context.heap.make<DictIterator>(0, value.as<View>().dict, value.as<View>().kind);
    case Type::set:
      refuse_uncertain_order(context, value.as<Set>());
      return context.heap.make<SetIterator>(0, Ref<Set>(&value.as<Set>()));
    case Type::iterator:
      return value;
    default:
      context.raise(errors::type, "'" + std::string(type_name(value)) + "' object is not iterable");
  }
}

bool advance(Context& context, const Value& iterator, Value& value) {
  const Nested nested(context);
  context.work(1);
  return iterator.as<Iterator>().next(context, value);
}

Values collect(Context& context, const Value& value) {
  const auto iterator = iterate(context, value);
  Values items;
  Value item;
  while (advance(context, iterator, item)) {
    items.push_back(item);
    context.expect_values(items.size());
  }
  return items;
}

std::int64_t length_of(Context& context, const Value& value) {
  switch (value.type()) {
    case Type::text:
      return static_cast<std::int64_t>(value.as<Text>().length);
    case Type::list:
      return std::ssize(value.as<List>().items);
    case Type::tuple:
      return std::ssize(value.as<Tuple>().items);
    case Type::dict:
      return static_cast<std::int64_t>(value.as<Dict>().table.size());
    case Type::view:
      return static_cast<std::int64_t>(value.as<View>().dict->table.size());
    case Type::set:
      return static_cast<std::int64_t>(value.as<Set>().table.size());
    case Type::range:
      return value.as<Range>().length;
    default:
      context.raise(errors::type,
                    "object of type '" + std::string(type_name(value)) + "' has no len()");
  }
}

Value iterate_backwards(Context& context, const Value& value) {
  switch (value.type()) {
    case Type::list: {
      auto& list = value.as<List>();
      return context.heap.make<BackwardsIterator>(0, Ref<List>(&list), list.items.size());
    }
    case Type::range: {
      const auto& range = value.as<Range>();
      const auto last =
          range.length == 0 ? range.start : range.start + (range.length - 1) * range.step;
      return context.heap.make<RangeIterator>(0, last, -range.step, range.length);
    }
    case Type::text:
    case Type::tuple:
    case Type::dict:
    case Type::view: {
      const auto items = context.list(collect(context, value));
      auto& list = items.as<List>();
      return context.heap.make<BackwardsIterator>(0, Ref<List>(&list), list.items.size());
    }
    default:
      context.raise(errors::type,
                    "'" + std::string(type_name(value)) + "' object is not reversible");
  }
}

std::optional<std::int64_t> range_index(const Range& range, const Value& integral) {
  if (!integral.is_small() || range.length == 0) return std::nullopt;
  std::int64_t offset = 0;
  if (__builtin_sub_overflow(integral.small(), range.start, &offset)) return std::nullopt;
  if (offset % range.step != 0) return std::nullopt;
  const auto index = offset / range.step;
  if (index < 0 || index >= range.length) return std::nullopt;
  return index;
}

Value make_range(Context& context, std::int64_t start, std::int64_t stop, std::int64_t step) {
  constexpr auto far = std::int64_t{1} << 61;
  const auto is_far = [](std::int64_t v) { return v <= -far || v >= far; };
  if (is_far(start) || is_far(stop) || is_far(step)) context.refuse("a range of long integers");
  std::int64_t length = 0;
  if (step > 0 && start < stop) length = (stop - start - 1) / step + 1;
  if (step < 0 && start > stop) length = (start - stop - 1) / -step + 1;
  return context.heap.make<Range>(0, start, stop, step, length);
}

std::int64_t index_of(Context& context, const Value& value) {
  if (!value.is_integral()) {
    context.raise(errors::type, "'" + std::string(type_name(value)) +
                                    "' object cannot be interpreted as an integer");
  }
  if (value.is_small()) return value.small();
  return integer_sign(value) < 0 ? std::numeric_limits<std::int64_t>::min()
                                 : std::numeric_limits<std::int64_t>::max();
}

}  // namespace sheaf::program
