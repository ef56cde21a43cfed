#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "provider/bulk.hpp"
#include "provider/bulk_anthropic.hpp"
#include "provider/bulk_openai.hpp"

namespace sheaf::provider {
namespace {

/// A provider that is not asked for bulk jobs.
struct Without {
  std::string_view preset;
  std::string_view name;
  bool has_some;  ///< It has bulk jobs of its own.
};

/// Sources: docs/providers/wire.md; openrouter.ai/docs/guides/features/batch-api. vLLM, Ollama and
/// LM Studio serve no address for them.
constexpr std::array without{
    Without{"gemini", "Gemini", true},         Without{"google", "Gemini", true},
    Without{"mistral", "Mistral", true},       Without{"azure", "Azure OpenAI", true},
    Without{"openrouter", "OpenRouter", true}, Without{"vllm", "vLLM", false},
    Without{"ollama", "Ollama", false},        Without{"lmstudio", "LM Studio", false},
};

/// "": an address of the user's own, which speaks what its Api says; likewise the simulated model.
constexpr std::array<std::string_view, 4> known{"openai", "anthropic", "simulated", ""};

std::string not_yet(std::string_view name) {
  return fmt::format("bulk jobs of {} are not supported yet; use --via live", name);
}

std::string not_this_api(std::string_view name, std::string_view apis) {
  return fmt::format("bulk jobs of {} take model.api {} alone; set that, or use --via live", name,
                     apis);
}

}  // namespace

std::expected<std::unique_ptr<Bulk>, std::string> make_bulk(std::string_view preset, Api api,
                                                            const Provider& provider) {
  const auto* none = std::ranges::find(without, preset, &Without::preset);
  if (none != without.end()) {
    if (none->has_some) return std::unexpected(not_yet(none->name));
    return std::unexpected(fmt::format("{} has no bulk jobs; use --via live", none->name));
  }
  if (std::ranges::find(known, preset) == known.end()) return std::unexpected(not_yet(preset));
  switch (api) {
    case Api::chat:
    case Api::completions:
    case Api::responses:
      if (preset == "anthropic") return std::unexpected(not_this_api("Anthropic", "messages"));
      return std::make_unique<OpenAiBulk>(provider);
    case Api::messages:
      if (preset == "openai") {
        return std::unexpected(not_this_api("OpenAI", "chat, completions or responses"));
      }
      return std::make_unique<AnthropicBulk>(provider);
    case Api::generate_content:
      break;
  }
  return std::unexpected(not_yet("Gemini"));
}

}  // namespace sheaf::provider
