// What the simulated model says it served, by sample.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/json.hpp"

namespace sheaf::testing {

struct Served {
  std::int64_t asked = 0;
  std::vector<json::Value> meant;  ///< The answer meant each time.
  std::string nonce;               ///< The word that each of its answers carries.
};

/// Id -> what /stats tells of it.
inline std::map<std::string, Served> served_samples(const std::string& stats_json) {
  std::map<std::string, Served> all;
  const auto stats = json::parse(stats_json);
  const auto* samples = stats ? stats->find("samples") : nullptr;
  if (samples == nullptr || samples->object() == nullptr) return all;
  for (const auto& [id, sample] : *samples->object()) {
    auto& served = all[id];
    if (const auto* asked = sample.find("asked")) served.asked = asked->integer().value_or(-1);
    if (const auto* meant = sample.find("answers"); meant != nullptr && meant->array() != nullptr) {
      served.meant = *meant->array();
    }
    if (const auto* nonce = sample.find("nonce"); nonce != nullptr && nonce->string() != nullptr) {
      served.nonce = *nonce->string();
    }
  }
  return all;
}

}  // namespace sheaf::testing
