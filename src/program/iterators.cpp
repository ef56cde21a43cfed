#include "program/iterators.hpp"

#include <utility>

#include "program/builtin.hpp"
#include "program/compare.hpp"
#include "program/integer.hpp"
#include "program/iterate.hpp"
#include "program/operators.hpp"
#include "program/syntax.hpp"

namespace sheaf::program {
namespace {

class Enumerate final : public Iterator {
 public:
  Enumerate(Value source, Value first) : source_(std::move(source)), count_(std::move(first)) {}
  void clear() override { source_ = count_ = Value(); }
  bool next(Context& context, Value& value) override {
    Value item;
    if (!advance(context, source_, item)) return false;
    auto next_count = binary(context, Op::add, count_, Value(std::int64_t{1}));
    value = context.tuple({std::exchange(count_, std::move(next_count)), std::move(item)});
    return true;
  }

 private:
  Value source_;
  Value count_;
};

class Zip final : public Iterator {
 public:
  Zip(Values sources, bool strict) : sources_(std::move(sources)), strict_(strict) {}
  void clear() override { sources_.clear(); }
  bool next(Context& context, Value& value) override {
    Values items;
    Value item;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (advance(context, sources_[i], item)) {
        items.push_back(item);
      } else {
        if (strict_) check_ends(context, i);
        return false;
      }
    }
    if (items.empty()) return false;
    value = context.tuple(std::move(items));
    return true;
  }

 private:
  void check_ends(Context& context, std::size_t ended) const {
    Value item;
    bool uneven = ended > 0;
    for (auto i = ended + 1; i < sources_.size() && !uneven; ++i) {
      uneven = advance(context, sources_[i], item);
    }
    if (uneven) context.raise(errors::value, "zip() arguments differ in length");
  }

  Values sources_;
  bool strict_;
};

class Map final : public Iterator {
 public:
  Map(Value function, Values sources)
      : function_(std::move(function)), sources_(std::move(sources)) {}
  void clear() override {
    function_ = Value();
    sources_.clear();
  }
  bool next(Context& context, Value& value) override {
    Arguments given;
    Value item;
    for (const auto& source : sources_) {
      if (!advance(context, source, item)) return false;
      given.positional.push_back(item);
    }
    value = context.call(function_, std::move(given));
    return true;
  }

 private:
  Value function_;
  Values sources_;
};

class Filter final : public Iterator {
 public:
  Filter(Value test, Value source) : test_(std::move(test)), source_(std::move(source)) {}
  void clear() override { test_ = source_ = Value(); }
  bool next(Context& context, Value& value) override {
    while (advance(context, source_, value)) {
      if (truth(test_.is_none() ? value : context.call(test_, {{value}, {}}))) return true;
    }
    return false;
  }

 private:
  Value test_;
  Value source_;
};

Values iterated(Context& context, const Values& sources) {
  Values iterators;
  for (const auto& source : sources) iterators.push_back(iterate(context, source));
  return iterators;
}

}  // namespace

Value make_enumerate(Context& context, Arguments& arguments) {
  auto values = taken(context, arguments, "enumerate", 1, {"iterable", "start"});
  if (values[1].is_set()) static_cast<void>(index_of(context, values[1]));
  auto first = values[1].is_set() ? values[1] : Value(std::int64_t{0});
  return context.heap.make<Enumerate>(0, iterate(context, values[0]), std::move(first));
}

Value make_zip(Context& context, Arguments& arguments) {
  auto sources = iterated(context, std::exchange(arguments.positional, {}));
  const auto values = taken(context, arguments, "zip", 0, {"*strict"});
  const auto bytes = sources.size() * sizeof(Value);
  return context.heap.make<Zip>(bytes, std::move(sources), values[0].is_set() && truth(values[0]));
}

Value make_map(Context& context, Arguments& arguments) {
  if (arguments.positional.size() < 2 || !arguments.keywords.empty()) {
    context.raise(errors::type, "map() must have at least two arguments.");
  }
  const auto function = arguments.positional.front();
  arguments.positional.erase(arguments.positional.begin());
  auto sources = iterated(context, arguments.positional);
  const auto bytes = sources.size() * sizeof(Value);
  return context.heap.make<Map>(bytes, function, std::move(sources));
}

Value make_filter(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "filter", 2, {"", ""});
  return context.heap.make<Filter>(0, values[0], iterate(context, values[1]));
}

Value make_reversed(Context& context, Arguments& arguments) {
  const auto values = taken(context, arguments, "reversed", 1, {""});
  return iterate_backwards(context, values[0]);
}

}  // namespace sheaf::program
