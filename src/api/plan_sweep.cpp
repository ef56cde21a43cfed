#include "api/plan_sweep.hpp"

#include <fmt/format.h>

#include "core/json.hpp"
#include "core/text.hpp"
#include "grouping/kind.hpp"
#include "task/file_text.hpp"

namespace sheaf::api {
namespace {

bool says(const json::Value& variant, std::string_view member, std::string_view text) {
  const auto* value = variant.find(member);
  return value != nullptr && value->string() != nullptr && *value->string() == text;
}

}  // namespace

Expected<int> largest_passed(const std::string& report, const task::Task& task) {
  const auto refuse = [&report](std::string_view what) {
    return fail(ErrorCode::usage,
                fmt::format("{}: {}; give the JSON that 'sheaf sweep --json FILE' wrote",
                            text::display_safe(report, 400), what));
  };
  const auto text = task::file_text(report);
  if (!text) return refuse(text.error());
  const auto parsed = json::parse(*text);
  const auto* variants = parsed ? parsed->find("variants") : nullptr;
  if (variants == nullptr || variants->array() == nullptr) return refuse("no report of a sweep");
  for (const auto& variant : *variants->array()) {
    if (!says(variant, "model", task.model_name) || !says(variant, "format", task.batch.format) ||
        !says(variant, "grouping", grouping::name_of(task.batch.grouping))) {
      continue;
    }
    const auto* passed = variant.find_path("recommended.largest_passed");
    const auto size = passed == nullptr ? std::nullopt : passed->integer();
    if (size && *size >= 1 && *size <= 1000) return static_cast<int>(*size);
    return refuse("it tells no batch size that passed: it needs gold answers, or more rows");
  }
  return refuse(fmt::format("it measured no {} with grouping {}", task.model_name,
                            grouping::name_of(task.batch.grouping)));
}

}  // namespace sheaf::api
