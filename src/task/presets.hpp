// The providers that the first segment of a model's name chooses, and what an address may be.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>

#include <sheaf/error.hpp>

#include "core/exchange.hpp"

namespace sheaf::task {

/// A provider that a model's first segment names: "openrouter/openai/gpt-4o-mini".
struct Preset {
  std::string_view name;
  std::string_view base_url;  ///< Empty: the environment names it (`azure`).
  std::string_view key_env;   ///< The key's variable; empty: no key is sent.
  Api api = Api::chat;        ///< Unless the task says another.
  KeyHeader key_header = KeyHeader::bearer;
  std::string_view other_key_env = {};  ///< Looked at where the first is not set.
};

/// The preset of that name; nullptr when there is none.
const Preset* find_preset(std::string_view name);

/// The wire format that a provider (or "") chooses.
Api default_api(std::string_view provider);

/// The key's variable of a name without a known segment.
inline constexpr std::string_view default_key_env = "OPENAI_API_KEY";
/// The model that is simulated in this process.
inline constexpr std::string_view simulated_model = "simulated";
/// The segment of a model of this process, of a GGUF file: "gguf/PATH", or any name that ends in
/// ".gguf".
inline constexpr std::string_view file_provider = "gguf";

/// A model's name, split.
struct ModelName {
  std::string provider;  ///< A preset's name, "simulated", "gguf", or empty.
  std::string sent;      ///< As the request says it: the segment is removed once. Of "gguf" a path.
};

/// The error is "what; what to do", to follow the key's name.
std::expected<ModelName, std::string> split_model_name(std::string_view name);

/// `url` without surrounding space and trailing slashes. Refused, without showing it: what is not
/// http(s)://HOST..., a user or password in it, a query, a fragment, the endpoint's own path.
std::expected<std::string, std::string> check_base_url(std::string_view url);

/// Whether an address is Azure's by its host, so that the key is sent as `api-key`.
bool is_azure_host(std::string_view base_url);

/// The address of a provider (or of a name without one, "") as the environment has it:
/// OPENAI_BASE_URL, AZURE_OPENAI_BASE_URL, AZURE_OPENAI_ENDPOINT, ANTHROPIC_BASE_URL (which may
/// lack its "/v1", as Anthropic's own clients have it), or the preset's own. Precondition:
/// `provider` is a preset's name or empty.
Expected<std::string> preset_base_url(std::string_view provider,
                                      const std::map<std::string, std::string>& environment);

}  // namespace sheaf::task
