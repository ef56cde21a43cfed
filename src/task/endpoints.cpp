#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "task/header_value.hpp"
#include "task/presets.hpp"
#include "task/task.hpp"

namespace sheaf::task {
namespace {

using Environment = std::map<std::string, std::string>;

Expected<Secret> key_from(const std::string& variable, const Environment& environment) {
  const auto found = environment.find(variable);
  if (variable.empty() || found == environment.end()) return Secret();
  const std::string_view key = text::trim(found->second);
  for (const char c : key) {
    if (static_cast<unsigned char>(c) > 0x20 && c != 0x7F) continue;
    return fail(ErrorCode::usage,
                fmt::format("environment variable {} has a space, line break or control character "
                            "inside; set it to the key alone",
                            variable));
  }
  return Secret(std::string(key));
}

Expected<std::vector<std::pair<std::string, Secret>>> headers_from(const Task& task,
                                                                   const Environment& environment) {
  std::vector<std::pair<std::string, Secret>> headers;
  for (const auto& [name, value] : task.headers) {
    auto expanded = expand_header(value, environment);
    if (!expanded) {
      return fail(ErrorCode::usage,
                  fmt::format("{}: header '{}' {}", text::display_safe(task.path, 400), name,
                              expanded.error()));
    }
    headers.emplace_back(name, Secret(std::move(*expanded)));
  }
  return headers;
}

/// As the environment has it: of the provider's own variable also by the other name it goes under.
Expected<Secret> key_of(const std::string& provider, const EndpointSettings& settings,
                        const Environment& environment) {
  auto key = key_from(settings.key_env, environment);
  const Preset* preset = find_preset(provider);
  const bool own = preset != nullptr && settings.key_env == preset->key_env;
  if (!key || !key->empty() || !own) return key;
  return key_from(std::string(preset->other_key_env), environment);
}

/// Whether the task's own headers bring what the key would be sent in. Anthropic and Gemini take a
/// bearer token in its place, and Anthropic refuses both at once.
bool brings_key(const Endpoint& endpoint) {
  const std::string_view carrier = header_of(endpoint.key_header);
  const bool takes_bearer = endpoint.key_header != KeyHeader::api_key;
  for (const auto& [name, value] : endpoint.headers) {
    if (text::equals_fold_ascii(name, carrier)) return true;
    if (takes_bearer && text::equals_fold_ascii(name, header_of(KeyHeader::bearer))) return true;
  }
  return false;
}

Expected<Endpoint> address_of(const std::string& provider, const EndpointSettings& settings,
                              const Environment& environment) {
  Endpoint endpoint;
  endpoint.base_url = settings.base_url;
  if (endpoint.base_url.empty()) {
    auto base_url = preset_base_url(provider, environment);
    if (!base_url) return std::unexpected(std::move(base_url.error()));
    endpoint.base_url = std::move(*base_url);
  }
  if (const Preset* preset = find_preset(provider)) endpoint.key_header = preset->key_header;
  if (endpoint.key_header == KeyHeader::bearer && is_azure_host(endpoint.base_url)) {
    endpoint.key_header = KeyHeader::api_key;
  }
  return endpoint;
}

Expected<Endpoint> endpoint_from(const Task& task, const EndpointSettings& settings,
                                 const Environment& environment) {
  auto addressed = address_of(task.provider, settings, environment);
  if (!addressed) return addressed;
  auto& endpoint = *addressed;
  auto headers = headers_from(task, environment);
  if (!headers) return std::unexpected(std::move(headers.error()));
  endpoint.headers = std::move(*headers);
  auto key = key_of(task.provider, settings, environment);
  if (!key) return std::unexpected(std::move(key.error()));
  if (!brings_key(endpoint)) endpoint.key = std::move(*key);
  return addressed;
}

}  // namespace

Expected<std::vector<Endpoint>> endpoints(const Task& task, const Environment& environment) {
  if (task.provider == simulated_model || task.provider == file_provider) {
    return std::vector<Endpoint>(task.endpoints.size());
  }
  std::vector<Endpoint> found;
  for (const auto& settings : task.endpoints) {
    auto endpoint = endpoint_from(task, settings, environment);
    if (!endpoint) return std::unexpected(std::move(endpoint.error()));
    found.push_back(std::move(*endpoint));
  }
  return found;
}

Expected<Endpoint> embeddings_endpoint(const Task& task, const Environment& environment) {
  const auto& settings = *task.embeddings;
  if (task.provider == simulated_model) return Endpoint();
  if (settings.at_the_models) return endpoint_from(task, task.endpoints.front(), environment);
  auto endpoint = address_of(settings.provider, settings.endpoint, environment);
  if (!endpoint) return endpoint;
  auto key = key_of(settings.provider, settings.endpoint, environment);
  if (!key) return std::unexpected(std::move(key.error()));
  endpoint->key = std::move(*key);
  return endpoint;
}

}  // namespace sheaf::task
