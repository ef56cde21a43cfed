#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/money.hpp"
#include "grouping/kind.hpp"
#include "task/header_value.hpp"
#include "task/presets.hpp"
#include "task/readers.hpp"
#include "task/yaml_value.hpp"

namespace sheaf::task {
namespace {

constexpr Range rate_range{1, 1'000'000'000'000};
constexpr Range concurrency_range{1, 10'000};

Limits limits_of(const Section& section) {
  return {section.whole("requests_per_minute", rate_range),
          section.whole("tokens_per_minute", rate_range)};
}

/// The variable of an endpoint that names none. A key is not sent to an address that was written
/// down without one, unless the model's provider has a variable of its own.
std::string default_key(std::string_view provider, bool has_own_address) {
  if (const Preset* preset = find_preset(provider)) return std::string(preset->key_env);
  return has_own_address ? "" : std::string(default_key_env);
}

void read_address(const Section& section, std::string_view provider, EndpointSettings& endpoint) {
  const auto written = section.filled("base_url");
  if (!written) return;
  auto base_url = check_base_url(*written);
  if (!base_url) return section.refuse("base_url", base_url.error());
  const Preset* preset = find_preset(provider);
  if (preset != nullptr && !preset->base_url.empty()) {
    section.refuse("base_url", fmt::format("stands beside a model name that chooses an address by "
                                           "'{0}/'; remove one of them",
                                           preset->name));
  }
  endpoint.base_url = std::move(*base_url);
}

EndpointSettings read_endpoint(const Section& section, std::string_view provider) {
  EndpointSettings endpoint;
  read_address(section, provider, endpoint);
  endpoint.key_env = default_key(provider, !endpoint.base_url.empty());
  if (const auto variable = section.filled("key_env")) {
    if (!is_variable_name(*variable)) {
      section.refuse("key_env",
                     "must be the name of an environment variable, never the key itself; write a "
                     "name such as OPENAI_API_KEY");
    }
    endpoint.key_env = *variable;
  }
  endpoint.limits = limits_of(section);
  return endpoint;
}

bool same_account(const EndpointSettings& a, const EndpointSettings& b) {
  return a.base_url == b.base_url && a.key_env == b.key_env;
}

void read_endpoints(const Section& top, const YamlNode& node, Task& task) {
  if (node.kind != YamlNode::Kind::sequence || node.items.empty()) {
    return top.refuse("endpoints", "must be a list of accounts; write - base_url: ... for each");
  }
  for (const auto& item : node.items) {
    const Section section(&item, item.at, "endpoints", keys::endpoint, top.problems());
    const auto endpoint = read_endpoint(section, task.provider);
    for (const auto& other : task.endpoints) {
      if (!same_account(other, endpoint)) continue;
      top.problems().add(item.at,
                         "'endpoints' has the same address and key twice, whose limits would "
                         "count twice; keep one of them");
    }
    task.endpoints.push_back(endpoint);
  }
}

/// The sum, when every endpoint has a limit.
std::optional<std::int64_t> sum(const Task& task, std::optional<std::int64_t> Limits::* limit) {
  std::int64_t total = 0;
  for (const auto& endpoint : task.endpoints) {
    if (!(endpoint.limits.*limit)) return std::nullopt;
    total += *(endpoint.limits.*limit);
  }
  return total;
}

Limits total_limits(const Task& task) {
  return {sum(task, &Limits::requests_per_minute), sum(task, &Limits::tokens_per_minute)};
}

void check_override(const Section& top, const char* flag, std::optional<std::int64_t> value,
                    Range range) {
  if (!value || (*value >= range.low && *value <= range.high)) return;
  top.problems().add_bare(fmt::format("{} is {}; give a whole number from {} to {}", flag, *value,
                                      range.low, range.high));
}

void override_limits(const Section& top, const TaskOverrides& overrides, Limits& limits) {
  check_override(top, "--max-requests-per-minute", overrides.requests_per_minute, rate_range);
  check_override(top, "--max-tokens-per-minute", overrides.tokens_per_minute, rate_range);
  if (overrides.requests_per_minute) limits.requests_per_minute = overrides.requests_per_minute;
  if (overrides.tokens_per_minute) limits.tokens_per_minute = overrides.tokens_per_minute;
}

void one_endpoint(const Section& top, const TaskOverrides& overrides, Limits limits, Task& task) {
  EndpointSettings endpoint;
  endpoint.key_env = default_key(task.provider, false);
  if (overrides.base_url) {
    auto base_url = check_base_url(*overrides.base_url);
    if (!base_url) top.problems().add_bare("--base-url " + base_url.error());
    endpoint.base_url = std::move(base_url).value_or("");
  }
  override_limits(top, overrides, limits);
  endpoint.limits = limits;
  task.endpoints = {std::move(endpoint)};
}

void several_endpoints(const Section& top, const YamlNode& node, const Section& limits,
                       const TaskOverrides& overrides, Task& task) {
  for (const auto* key : {"requests_per_minute", "tokens_per_minute"}) {
    if (limits.find(key) == nullptr) continue;
    limits.refuse(key, "stands beside 'endpoints'; write it at each of them instead");
  }
  read_endpoints(top, node, task);
  if (task.provider == simulated_model) task.endpoints = {{"", "", total_limits(task)}};
  if (task.endpoints.size() == 1) {
    override_limits(top, overrides, task.endpoints.front().limits);
  } else if (overrides.requests_per_minute || overrides.tokens_per_minute) {
    top.problems().add_bare(
        "--max-requests-per-minute and --max-tokens-per-minute are for one account, and this task "
        "has several endpoints; set their limits in the task file");
  }
}

Money per_token(const Section& price, std::string_view key, Money fallback) {
  constexpr std::int64_t per_million = 1'000'000;
  const YamlNode* node = price.find(key);
  if (node == nullptr) return fallback;
  const bool plain = node->kind == YamlNode::Kind::scalar && !node->quoted;
  const auto usd = plain ? parse_usd(node->text) : std::nullopt;
  if (!usd || usd->picos % per_million != 0) {
    price.refuse(key,
                 "must be US dollars per million tokens in plain digits with at most 6 decimals; "
                 "write it like 0.15");
    return fallback;
  }
  return {usd->picos / per_million};
}

constexpr Range dimensions_range{1, 65'536};

/// Where the task's model is simulated its vectors are too, whatever model is named.
void read_embedding_model(const Section& section, const Task& task, EmbeddingSettings& read) {
  const auto written = section.filled("model");
  if (!written) return section.missing("model", "such as openai/text-embedding-3-small");
  read.model_name = *written;
  auto split = split_model_name(*written);
  if (!split) return section.refuse("model", split.error());
  const bool is_simulated = task.model_name == simulated_model;
  if (split->provider == simulated_model && !is_simulated) {
    section.refuse("model",
                   "is simulated and the task's model is not; name a model that gives vectors");
  }
  if (!is_simulated && default_api(split->provider) != Api::chat) {
    section.refuse("model", fmt::format("names a provider, '{}', whose vectors are not asked for "
                                        "at OpenAI's endpoint; name another model",
                                        split->provider));
  }
  if (split->provider == file_provider) {
    section.refuse("model", "is a file, of which no vectors are asked; name another model");
  }
  read.provider = is_simulated ? task.provider : split->provider;
  read.model.name = is_simulated ? std::string(simulated_model) : std::move(split->sent);
}

}  // namespace

void read_embeddings(const Section& top, Task& task) {
  if (top.find("embeddings") == nullptr) return;
  const Section section = top.section("embeddings", keys::embeddings);
  auto& read = task.embeddings.emplace();
  read_embedding_model(section, task, read);
  read.model.dimensions = section.whole("dimensions", dimensions_range);
  const bool names_account =
      section.find("base_url") != nullptr || section.find("key_env") != nullptr;
  const bool is_simulated = task.model_name == simulated_model;
  read.endpoint = read_endpoint(section, read.provider);
  read.at_the_models = is_simulated || (!names_account && read.provider == task.provider);
  if (task.price && section.find("input_per_million") == nullptr) {
    section.missing("input_per_million", "US dollars per million tokens");
  }
  read.price = per_token(section, "input_per_million", {});
  if (!grouping::needs_vectors(task.batch.grouping)) {
    task.warnings.push_back(
        fmt::format("'embeddings' is not used: grouping '{}' compares no vectors",
                    grouping::name_of(task.batch.grouping)));
  }
}

void read_accounts(const Section& top, const TaskOverrides& overrides, Task& task) {
  const Section limits = top.section("limits", keys::limits);
  const YamlNode* endpoints = top.find("endpoints");
  if (endpoints != nullptr && !overrides.base_url) {
    several_endpoints(top, *endpoints, limits, overrides, task);
  } else {
    one_endpoint(top, overrides, limits_of(limits), task);
  }
  task.limits = total_limits(task);
  constexpr std::int64_t default_concurrency = 64;
  const auto written = limits.whole("concurrency", concurrency_range).value_or(default_concurrency);
  check_override(top, "--concurrency", overrides.concurrency, concurrency_range);
  task.concurrency = overrides.concurrency.value_or(static_cast<int>(written));
}

void read_price(const Section& price, Task& task) {
  const bool any = price.find("input_per_million") != nullptr ||
                   price.find("cached_input_per_million") != nullptr ||
                   price.find("output_per_million") != nullptr;
  if (!any) return;
  for (const auto* key : {"input_per_million", "output_per_million"}) {
    if (price.find(key) == nullptr) price.missing(key, "US dollars per million tokens");
  }
  Price read;
  read.input = per_token(price, "input_per_million", {});
  read.cached_input = per_token(price, "cached_input_per_million", read.input);
  read.output = per_token(price, "output_per_million", {});
  read.cache_write = read.input;
  task.price = PriceList{read};
  task.has_own_price = true;
}

}  // namespace sheaf::task
