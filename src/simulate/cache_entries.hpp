// The prefixes that a prompt cache holds, and how long.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "core/exchange.hpp"

namespace sheaf::simulate {

/// Prefixes by their hashes. Of prefixes the last hundred thousand or so are known. Time is that of
/// a request's start. Single-threaded.
class CacheEntries {
 public:
  /// Whether a request that starts at `now` can read it: the first reply that wrote it has begun,
  /// and its lifetime is not over.
  bool readable(std::uint64_t prefix, Time now) const;
  /// It is written by a request that starts at `now` and whose reply begins at `begins`. One that
  /// is still held keeps its earlier beginning, and lives anew.
  void write(std::uint64_t prefix, Time now, Time begins, Time lifetime);
  /// It is read: it lives anew, as long as it was written for.
  void renew(std::uint64_t prefix, Time now);

 private:
  struct Entry {
    Time begins{0};
    Time ends{0};
    Time lifetime{0};
  };
  using Entries = std::unordered_map<std::uint64_t, Entry>;

  const Entry* find(std::uint64_t prefix) const;
  void keep(std::uint64_t prefix, const Entry& entry);

  Entries young_;
  Entries old_;
};

}  // namespace sheaf::simulate
