#include "dataset/sets.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace sheaf::dataset {
namespace {

constexpr std::array<Set, 10> sets{{
    {"commonsenseqa", "validation", 1221, true, convert_commonsenseqa},
    {"strategyqa", "train", 300, false, convert_strategyqa},
    {"gsm8k", "test", 300, false, convert_gsm8k},
    {"svamp", "validation", 300, false, convert_svamp},
    {"aqua", "validation", 254, true, convert_aqua},
    {"addsub", "validation", 395, true, convert_addsub},
    {"multiarith", "validation", 600, true, convert_multiarith},
    {"rte", "validation", 277, true, convert_rte},
    {"mnli", "validation_matched", 300, false, convert_mnli},
    {"sst5", "test", 300, false, convert_sst5},
}};

}  // namespace

std::span<const Set> all_sets() { return sets; }

const Set* find_set(std::string_view name) {
  const auto found = std::ranges::find(sets, name, &Set::name);
  return found == sets.end() ? nullptr : &*found;
}

std::string id_of(const json::Value& row, std::string_view name, std::int64_t index) {
  if (auto own = text_if_any(row, {"id", "ID", "qid", "pairID"})) return *own;
  const auto number = text_if_any(row, {"idx", "index", "iIndex"});
  return number ? fmt::format("{}-{}", name, *number) : fmt::format("{}-{}", name, index);
}

}  // namespace sheaf::dataset
