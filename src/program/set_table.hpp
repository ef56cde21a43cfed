// A set's table, laid out as CPython's: a program sees its order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "program/value.hpp"

namespace sheaf::program {

class Context;

/// The order of numbers and of tuples of numbers is CPython's own. That of texts is random in
/// CPython; here it is the same in every run.
class SetTable {
 public:
  SetTable();

  std::size_t size() const { return used_; }
  std::size_t bytes() const { return slots_.size() * sizeof(Slot); }
  /// The items in the table's order.
  Values items() const;
  /// The first item at or after slot `position`, which goes past it; nullopt at the end.
  std::optional<Value> next(std::size_t& position) const;
  std::uint64_t version() const { return version_; }
  /// Whether the order may not be CPython's: something was added after something was removed.
  bool uncertain() const { return uncertain_ && used_ > 1; }
  void take_uncertainty(const SetTable& from) { uncertain_ = uncertain_ || from.uncertain_; }

  bool contains(Context& context, const Value& item) const;
  void add(Context& context, const Value& item);
  /// All of another, as CPython merges.
  void merge(Context& context, const SetTable& other);
  /// False where there was none.
  bool remove(Context& context, const Value& item);
  /// Makes a new table where more than a quarter of this one are removed slots, as CPython does
  /// after it has taken a set's items out of another.
  void tidy(Context& context);
  /// Takes out the item that CPython's pop() takes; nullopt where there is none.
  std::optional<Value> pop(Context& context);
  void clear();

 private:
  struct Slot {
    Value item;
    std::int64_t hash = 0;
    bool removed = false;
    bool free() const { return !item.is_set() && !removed; }
  };
  /// `removed`, where given, becomes the first removed slot on the way.
  std::size_t locate(Context& context, const Value& item, std::int64_t hash,
                     std::size_t* removed = nullptr) const;
  void insert(const Value& item, std::int64_t hash);
  void resize(Context& context, std::size_t least);

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
  /// Used slots and those removed.
  std::size_t filled_ = 0;
  std::size_t finger_ = 0;
  std::uint64_t version_ = 0;
  bool uncertain_ = false;
};

}  // namespace sheaf::program
