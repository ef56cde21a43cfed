// Which requests went ahead for the sake of the provider's cache: a mark of the file, which an
// older version keeps and ignores.
#include <charconv>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/json.hpp"
#include "store/account.hpp"
#include "store/sqlite_checkpoint.hpp"

namespace sheaf::store {
namespace {

constexpr const char* warm_ups_name = "warm_ups";
constexpr const char* models_name = "models";

}  // namespace

Expected<void> SqliteCheckpoint::load_warm_ups() {
  const auto value = meta(warm_ups_name);
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
          database_->damaged(fmt::format("its mark {} is not a list of attempts", warm_ups_name)));
    }
    warm_ups_.insert(attempt);
    at = stop == end ? end : stop + 1;
  }
  return {};
}

Expected<void> SqliteCheckpoint::keep_warm_up(AttemptNo attempt) {
  warm_ups_.insert(attempt);
  return set_meta(warm_ups_name, fmt::format("{}", fmt::join(warm_ups_, " ")));
}

Expected<std::vector<ModelSince>> SqliteCheckpoint::models() {
  const auto value = meta(models_name);
  if (!value) return std::unexpected(value.error());
  std::vector<ModelSince> models;
  if (!*value) return models;
  const auto read = json::parse(**value);
  const auto* list = read ? read->array() : nullptr;
  bool is_read = list != nullptr;
  for (std::size_t i = 0; is_read && i < list->size(); ++i) {
    const auto* name = (*list)[i].find("model");
    const auto* first = (*list)[i].find("first");
    is_read = name != nullptr && name->string() != nullptr && first != nullptr && first->integer();
    if (is_read) models.push_back({*first->integer(), *name->string()});
  }
  if (is_read) return models;
  return std::unexpected(
      database_->damaged(fmt::format("its mark {} is not a list of models", models_name)));
}

Expected<void> SqliteCheckpoint::keep_model(const std::string& model) {
  auto models = this->models();
  if (!models) return std::unexpected(models.error());
  note_model(*models, model, attempt_count_ + 1);
  json::Array list;
  for (const auto& [first, name] : *models) {
    list.emplace_back(json::Object{{"first", first}, {"model", name}});
  }
  return set_meta(models_name, json::dump(list));
}

}  // namespace sheaf::store
