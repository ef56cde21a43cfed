#include "task/presets.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/text.hpp"

namespace sheaf::task {
namespace {

constexpr std::string_view gemini_url = "https://generativelanguage.googleapis.com/v1beta";

constexpr std::array presets{
    Preset{"openai", "https://api.openai.com/v1", default_key_env},
    Preset{"azure", "", "AZURE_OPENAI_API_KEY", Api::chat, KeyHeader::api_key},
    Preset{"anthropic", "https://api.anthropic.com/v1", "ANTHROPIC_API_KEY", Api::messages,
           KeyHeader::x_api_key},
    Preset{"gemini", gemini_url, "GEMINI_API_KEY", Api::generate_content, KeyHeader::x_goog_api_key,
           "GOOGLE_API_KEY"},
    Preset{"google", gemini_url, "GEMINI_API_KEY", Api::generate_content, KeyHeader::x_goog_api_key,
           "GOOGLE_API_KEY"},
    Preset{"mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"},
    Preset{"openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"},
    Preset{"vllm", "http://127.0.0.1:8000/v1", "VLLM_API_KEY"},
    Preset{"ollama", "http://127.0.0.1:11434/v1", ""},
    Preset{"lmstudio", "http://127.0.0.1:1234/v1", ""},
};

/// The endpoints' own paths, which are added to an address.
constexpr std::array<std::string_view, 6> own_paths{"/chat/completions", "/completions",
                                                    "/responses",        "/messages",
                                                    ":generatecontent",  "/embeddings"};

constexpr const char* url_form = "write http://HOST/v1 or https://HOST/v1";

bool is_plain(char c) { return c > 0x20 && c != 0x7F && c != '"' && c != '\\'; }

std::string_view host_of(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  return url.substr(0, url.find_first_of("/:"));
}

/// The value of a variable; empty when it is not set.
std::string variable(const std::map<std::string, std::string>& environment,
                     const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : std::string(text::trim(found->second));
}

Expected<std::string> checked(const std::string& variable_name, std::string_view url) {
  auto base_url = check_base_url(url);
  if (base_url) return *base_url;
  return fail(ErrorCode::usage,
              fmt::format("environment variable {} {}", variable_name, base_url.error()));
}

/// The address with that path at its end, once.
Expected<std::string> with_path(Expected<std::string> base_url, std::string_view path) {
  if (base_url && !base_url->ends_with(path)) *base_url += path;
  return base_url;
}

Expected<std::string> azure_base_url(const std::map<std::string, std::string>& environment) {
  const std::string whole = variable(environment, "AZURE_OPENAI_BASE_URL");
  if (!whole.empty()) return checked("AZURE_OPENAI_BASE_URL", whole);
  const std::string resource = variable(environment, "AZURE_OPENAI_ENDPOINT");
  if (resource.empty()) {
    return fail(ErrorCode::usage,
                "an 'azure/' model needs an address; set AZURE_OPENAI_ENDPOINT to "
                "https://RESOURCE.openai.azure.com, or give --base-url");
  }
  return with_path(checked("AZURE_OPENAI_ENDPOINT", resource), "/openai/v1");
}

Expected<std::string> anthropic_base_url(const std::map<std::string, std::string>& environment) {
  const std::string named = variable(environment, "ANTHROPIC_BASE_URL");
  if (!named.empty()) return with_path(checked("ANTHROPIC_BASE_URL", named), "/v1");
  return std::string(find_preset("anthropic")->base_url);
}

}  // namespace

const Preset* find_preset(std::string_view name) {
  const auto found = std::ranges::find(presets, name, &Preset::name);
  return found == presets.end() ? nullptr : &*found;
}

Api default_api(std::string_view provider) {
  const Preset* preset = find_preset(provider);
  return preset == nullptr ? Api::chat : preset->api;
}

std::expected<ModelName, std::string> split_model_name(std::string_view name) {
  if (text::display_safe(name, name.size()) != name || text::trim(name) != name) {
    return std::unexpected("holds a control character or a space at its end; remove it");
  }
  if (name == simulated_model) return ModelName{std::string(name), std::string(name)};
  const std::size_t slash = name.find('/');
  const std::string_view segment = name.substr(0, slash);
  const bool is_file = segment == file_provider && slash != std::string_view::npos;
  if (is_file || name.ends_with(".gguf")) {
    const auto path = is_file ? name.substr(slash + 1) : name;
    if (path.empty()) return std::unexpected("names no file; write gguf/PATH");
    return ModelName{std::string(file_provider), std::string(path)};
  }
  if (find_preset(segment) == nullptr) return ModelName{"", std::string(name)};
  const std::string_view sent = slash == std::string_view::npos ? "" : name.substr(slash + 1);
  if (sent.empty()) {
    return std::unexpected(fmt::format("names a provider and no model; write {}/MODEL", segment));
  }
  return ModelName{std::string(segment), std::string(sent)};
}

std::expected<std::string, std::string> check_base_url(std::string_view url) {
  url = text::trim(url);
  while (url.ends_with('/')) url.remove_suffix(1);
  const std::string folded = text::fold_ascii(url);
  if (!folded.starts_with("http://") && !folded.starts_with("https://")) {
    return std::unexpected(fmt::format("is no http or https address; {}", url_form));
  }
  const std::string_view behind_scheme = url.substr(url.find("://") + 3);
  if (behind_scheme.substr(0, behind_scheme.find('/')).find('@') != std::string_view::npos) {
    return std::unexpected("holds a user name or password; take it out and send a header instead");
  }
  if (url.find_first_of("?#") != std::string_view::npos) {
    return std::unexpected(fmt::format("has a query or fragment; {}", url_form));
  }
  if (host_of(url).empty() || !std::ranges::all_of(url, is_plain)) {
    return std::unexpected(fmt::format("is no complete address; {}", url_form));
  }
  for (const std::string_view path : own_paths) {
    if (!folded.ends_with(path)) continue;
    return std::unexpected(fmt::format("ends in {}, which is added to it; leave that out",
                                       url.substr(url.size() - path.size())));
  }
  return std::string(url);
}

bool is_azure_host(std::string_view base_url) {
  return text::fold_ascii(host_of(base_url)).ends_with(".azure.com");
}

Expected<std::string> preset_base_url(std::string_view provider,
                                      const std::map<std::string, std::string>& environment) {
  if (provider == "azure") return azure_base_url(environment);
  if (provider == "anthropic") return anthropic_base_url(environment);
  if (!provider.empty() && provider != "openai") {
    return std::string(find_preset(provider)->base_url);
  }
  const std::string named = variable(environment, "OPENAI_BASE_URL");
  if (!named.empty()) return checked("OPENAI_BASE_URL", named);
  return std::string(find_preset("openai")->base_url);
}

}  // namespace sheaf::task
