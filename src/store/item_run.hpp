// What is known of neighbouring samples, one item of bytes for each, as it stands in one record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/checkpoint.hpp"

namespace sheaf::store {

/// The items of samples `first` to `end` - 1. Writing one record for several samples costs a small
/// part of writing a record for each.
class ItemRun {
 public:
  explicit ItemRun(SampleNo first) : first_(first) {}
  /// From the bytes of `list`; nullopt when they are not exactly `count` items.
  static std::optional<ItemRun> from(SampleNo first, std::int64_t count, std::string list);

  SampleNo first() const { return first_; }
  SampleNo end() const { return first_ + count(); }
  std::int64_t count() const { return std::ssize(spans_); }
  bool covers(SampleNo sample) const { return sample >= first_ && sample < end(); }
  /// So many samples or bytes that reading one of them would cost too much with more.
  bool is_full() const;
  /// Of a sample that is covered; valid until the run changes.
  std::string_view item(SampleNo sample) const;
  /// Each item as a packed text.
  const std::string& list() const { return list_; }

  /// The item of the sample `end`.
  void add(std::string_view item);
  /// That of a sample that is covered.
  void replace(SampleNo sample, std::string_view item);

 private:
  struct Span {
    std::size_t begin = 0;
    std::size_t size = 0;
  };

  SampleNo first_;
  std::string list_;
  std::vector<Span> spans_;
};

/// What stands in place of `old`, runs in order of which each shares a sample with `newer`, once
/// the items of `newer` replace theirs: no sample is in two runs, each of `old` has one that begins
/// as it did, and none grows beyond what is full.
std::vector<ItemRun> merged(const std::vector<ItemRun>& old, const ItemRun& newer);

}  // namespace sheaf::store
