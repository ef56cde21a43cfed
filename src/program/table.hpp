// A dict's table: entries in the order in which they came, found by hash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "program/value.hpp"

namespace sheaf::program {

class Context;

class Table {
 public:
  struct Entry {
    Value key;  ///< unset where the entry was removed
    Value value;
    std::int64_t hash = 0;
  };

  std::size_t size() const { return size_; }
  /// By position in the order of insertion, removed ones among them.
  const std::vector<Entry>& entries() const { return entries_; }
  /// What the entries take, in bytes.
  std::size_t bytes() const { return entries_.size() * (sizeof(Entry) + 2 * sizeof(index_[0])); }

  /// The value of `key`, or nullptr. Raises TypeError for a key that has no hash.
  const Value* find(Context& context, const Value& key) const;
  void set(Context& context, const Value& key, Value value);
  /// The value removed; unset where there was none.
  Value remove(Context& context, const Value& key);
  /// The last entry removed; nullopt where there is none.
  std::optional<Entry> pop_last(Context& context);
  void clear();
  /// Changes whenever a key comes or goes.
  std::uint64_t version() const { return version_; }

 private:
  static constexpr std::int32_t free_slot = -1;
  /// The slot of `key` in index_, or the free one where it would stand.
  std::size_t locate(Context& context, const Value& key, std::int64_t hash) const;
  void rebuild();

  std::vector<Entry> entries_;
  std::vector<std::int32_t> index_;
  std::size_t size_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace sheaf::program
