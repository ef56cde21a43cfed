#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "task/header_value.hpp"
#include "task/presets.hpp"
#include "task/readers.hpp"
#include "task/yaml_value.hpp"

namespace sheaf::task {
namespace {

constexpr std::array<Word<Api>, 5> apis{{{"chat", Api::chat},
                                         {"completions", Api::completions},
                                         {"responses", Api::responses},
                                         {"messages", Api::messages},
                                         {"generate_content", Api::generate_content}}};
constexpr std::array<Word<OutputCap>, 2> caps{
    {{"max_tokens", OutputCap::max_tokens},
     {"max_completion_tokens", OutputCap::max_completion_tokens}}};

constexpr Range limit_range{1, 100'000'000};

/// Members of the body that budgets, limits and decoding rest on.
constexpr std::array<std::string_view, 14> own_members{"messages",
                                                       "prompt",
                                                       "input",
                                                       "system",
                                                       "contents",
                                                       "systemInstruction",
                                                       "stream",
                                                       "background",
                                                       "n",
                                                       "best_of",
                                                       "echo",
                                                       "max_tokens",
                                                       "max_completion_tokens",
                                                       "max_output_tokens"};
/// Likewise of its member `generationConfig`.
constexpr std::array<std::string_view, 2> own_settings{"maxOutputTokens", "candidateCount"};

void read_name(const Section& model, const TaskOverrides& overrides, Task& task) {
  const auto written = model.filled("name");
  if (!written && !overrides.model && model.find("name") == nullptr) {
    return model.missing("name", "such as openai/gpt-4o-mini");
  }
  task.model_name = overrides.model.value_or(written.value_or(""));
  if (overrides.model && text::trim(*overrides.model).empty()) {
    return model.problems().add_bare("--model is empty; name a model");
  }
  auto split = split_model_name(task.model_name);
  if (!split) {
    if (!overrides.model) return model.refuse("name", split.error());
    return model.problems().add_bare("--model " + split.error());
  }
  task.provider = std::move(split->provider);
  task.model.name = std::move(split->sent);
  // Simulated by another process, at the address given.
  if (task.provider == simulated_model && overrides.base_url) task.provider.clear();
}

bool is_openais(Api api) {
  return api == Api::chat || api == Api::completions || api == Api::responses;
}

bool is_of_provider(const YamlNode* name, std::string_view provider) {
  const auto split = name == nullptr ? split_model_name("") : split_model_name(name->text);
  return split && split->provider == provider;
}

/// What a file says is for the provider that it names; another one speaks its own.
Api read_api(const Section& model, const TaskOverrides& overrides, const Task& task) {
  const auto own = default_api(task.provider);
  const auto written = model.one_of("api", apis).value_or(own);
  if (!overrides.model || find_preset(task.provider) == nullptr) return written;
  if (is_openais(written) == is_openais(own)) return written;
  return is_of_provider(model.find("name"), task.provider) ? written : own;
}

void read_temperature(const Section& model, Task& task) {
  const YamlNode* node = model.find("temperature");
  if (node == nullptr) return;
  const bool plain = node->kind == YamlNode::Kind::scalar && !node->quoted;
  auto number = plain ? plain_number(node->text) : std::nullopt;
  const auto value = number ? json::Value(*number).real() : std::nullopt;
  if (!value || *value < 0 || *value > 2) {
    return model.refuse("temperature", "must be a number from 0 to 2; write one, without quotes");
  }
  task.model.temperature = std::move(*number);
}

void refuse_own(const Section& model, const YamlEntry& entry, std::string_view within) {
  const bool cap = entry.key.starts_with("max");
  model.problems().add(
      entry.key_at,
      fmt::format("'model.parameters.{}{}' is set by sheaf itself; remove it{}", within, entry.key,
                  cap ? " and write answer.max_tokens (model.output_cap chooses its name)" : ""));
}

bool is_among(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

void read_parameters(const Section& model, Task& task) {
  task.model.parameters = read_options(model, "parameters");
  const YamlNode* node = model.find("parameters");
  if (node == nullptr) return;
  for (const auto& entry : node->entries) {
    if (names_secret(entry.key)) model.problems().add(entry.key_at, secret_in_file(entry.key));
    if (is_among(own_members, entry.key)) refuse_own(model, entry, "");
    if (entry.key != "generationConfig") continue;
    for (const auto& setting : entry.value.entries) {
      if (is_among(own_settings, setting.key)) refuse_own(model, setting, "generationConfig.");
    }
  }
}

void read_header(const Section& model, const YamlEntry& entry, Task& task) {
  const auto refuse = [&](Position at, std::string_view rest) {
    model.problems().add(at,
                         fmt::format("header '{}' {}", text::display_safe(entry.key, 60), rest));
  };
  if (!is_header_name(entry.key)) {
    return refuse(entry.key_at, "is no header name; use letters, digits and '-'");
  }
  for (const auto& [other, value] : task.headers) {
    if (text::equals_fold_ascii(other, entry.key)) {
      return refuse(entry.key_at, "stands twice; keep one of them");
    }
  }
  if (entry.value.kind != YamlNode::Kind::scalar) {
    return refuse(entry.key_at,
                  fmt::format("needs a text, not {}; write one", kind_name(entry.value.kind)));
  }
  if (const auto fault = header_value_fault(entry.value.text); !fault.empty()) {
    return refuse(entry.value.at, fault);
  }
  if (is_secret_header(entry.key, entry.value.text) && variables_of(entry.value.text).empty()) {
    return refuse(entry.value.at,
                  "would hold a key, and a task file never does; write ${NAME} and set that "
                  "environment variable");
  }
  task.headers.emplace(entry.key, entry.value.text);
}

void read_headers(const Section& model, Task& task) {
  const YamlNode* node = model.find("headers");
  if (node == nullptr) return;
  if (node->kind != YamlNode::Kind::mapping) {
    return model.refuse("headers", fmt::format("must hold names and values, not {}; write them "
                                               "below it",
                                               kind_name(node->kind)));
  }
  for (const auto& entry : node->entries) read_header(model, entry, task);
}

}  // namespace

json::Object read_options(const Section& section, std::string_view key) {
  const YamlNode* node = section.find(key);
  if (node == nullptr) return {};
  if (node->kind != YamlNode::Kind::mapping) {
    section.refuse(key, fmt::format("must hold options and values, not {}; write them below it",
                                    kind_name(node->kind)));
    return {};
  }
  auto value = to_json(*node);
  if (!value) {
    section.problems().add(value.error().at, value.error().reason);
    return {};
  }
  return std::move(*value->object());
}

void read_model(const Section& model, const TaskOverrides& overrides, Task& task) {
  read_name(model, overrides, task);
  task.tokenizer = model.filled("tokenizer").value_or("");
  task.model.api = read_api(model, overrides, task);
  task.context_tokens = model.whole("context_tokens", limit_range);
  task.max_output_tokens = model.whole("max_output_tokens", limit_range);
  task.model.output_cap = model.one_of("output_cap", caps).value_or(OutputCap::max_tokens);
  read_temperature(model, task);
  constexpr Range reasoning_range{0, 1'000'000};
  task.model.reasoning_tokens = model.whole("reasoning_tokens", reasoning_range).value_or(0);
  read_parameters(model, task);
  read_headers(model, task);
}

void check_temperature(const Section& model, const Task& task) {
  if (task.model.api != Api::messages || !task.model.temperature) return;
  if (json::Value(*task.model.temperature).real().value_or(0) <= 1) return;
  model.refuse("temperature",
               "is more than Anthropic's Messages API takes; write a number from 0 to 1");
}

}  // namespace sheaf::task
