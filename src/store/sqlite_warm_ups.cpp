// Which requests went ahead for the sake of the provider's cache: a mark of the file, which an
// older version keeps and ignores.
#include <charconv>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/sqlite_checkpoint.hpp"

namespace sheaf::store {
namespace {

constexpr const char* name = "warm_ups";

}  // namespace

Expected<void> SqliteCheckpoint::load_warm_ups() {
  const auto value = meta(name);
  if (!value) return std::unexpected(value.error());
  if (!*value) return {};
  const auto* at = (*value)->data();
  const auto* const end = at + (*value)->size();
  while (at != end) {
    AttemptNo attempt = 0;
    const auto [stop, error] = std::from_chars(at, end, attempt);
    const bool ends = stop == end || *stop == ' ';
    if (error != std::errc{} || !ends || attempt < 1 || attempt > attempt_count_) {
      return std::unexpected(
          database_->damaged(fmt::format("its mark {} is not a list of attempts", name)));
    }
    warm_ups_.insert(attempt);
    at = stop == end ? end : stop + 1;
  }
  return {};
}

Expected<void> SqliteCheckpoint::keep_warm_up(AttemptNo attempt) {
  warm_ups_.insert(attempt);
  return set_meta(name, fmt::format("{}", fmt::join(warm_ups_, " ")));
}

}  // namespace sheaf::store
