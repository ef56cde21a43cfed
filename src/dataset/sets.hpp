// The ten data sets of the paper: how a published row of each becomes a row of sheaf, and which
// part of it the paper used.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "dataset/fields.hpp"

namespace sheaf::dataset {

/// One row of sheaf: {id, question | premise, hypothesis | sentence, choices, answer, rationale}.
/// `index` counts the rows from 0, for the id of a row that brings none. The error is the reason
/// alone, safe to print.
using Convert = Told<json::Object> (*)(const json::Value& row, std::int64_t index);

struct Set {
  std::string_view name;   ///< As in `sheaf import NAME`.
  std::string_view split;  ///< The paper's.
  std::int64_t rows = 0;   ///< Of that split, where the paper takes it whole; else those it takes.
  bool whole = false;
  Convert convert = nullptr;
};

/// All ten, in the paper's order.
std::span<const Set> all_sets();
/// nullptr for a name that is none of them.
const Set* find_set(std::string_view name);

Told<json::Object> convert_gsm8k(const json::Value& row, std::int64_t index);
Told<json::Object> convert_svamp(const json::Value& row, std::int64_t index);
Told<json::Object> convert_addsub(const json::Value& row, std::int64_t index);
Told<json::Object> convert_multiarith(const json::Value& row, std::int64_t index);
Told<json::Object> convert_aqua(const json::Value& row, std::int64_t index);
Told<json::Object> convert_commonsenseqa(const json::Value& row, std::int64_t index);
Told<json::Object> convert_strategyqa(const json::Value& row, std::int64_t index);
Told<json::Object> convert_rte(const json::Value& row, std::int64_t index);
Told<json::Object> convert_mnli(const json::Value& row, std::int64_t index);
Told<json::Object> convert_sst5(const json::Value& row, std::int64_t index);

/// The row's own id, or "NAME-NUMBER" with the number that the row has in its set, else `index`.
std::string id_of(const json::Value& row, std::string_view name, std::int64_t index);

}  // namespace sheaf::dataset
