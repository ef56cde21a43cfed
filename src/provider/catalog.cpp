#include <algorithm>
#include <array>
#include <string_view>

#include "core/text.hpp"
#include "provider/provider.hpp"

namespace sheaf::provider {
namespace {

constexpr std::string_view cl100k = "cl100k_base";
constexpr std::string_view o200k = "o200k_base";

struct Model {
  std::string_view name;
  std::string_view encoding;
  std::int64_t max_output_tokens;
};

/// "Max output tokens" of each model's own page, developers.openai.com/api/docs/models/NAME (before
/// 2026 platform.openai.com/docs/models/NAME). A name stands for its dated snapshots too, unless
/// the snapshot has a row of its own. Encodings as in tiktoken/model.py of tiktoken 0.14; of the
/// gpt-5 family by its prefix there; of gpt-6 it names none. Limits of gpt-5.6 and later are those
/// of litellm 1.109.1 (docs/providers/models.yaml).
constexpr std::array models{
    Model{"gpt-3.5-turbo", cl100k, 4'096},        // .../gpt-3.5-turbo
    Model{"gpt-4", cl100k, 8'192},                // .../gpt-4
    Model{"gpt-4-turbo", cl100k, 4'096},          // .../gpt-4-turbo
    Model{"gpt-4-turbo-preview", cl100k, 4'096},  // .../gpt-4-turbo-preview
    Model{"gpt-4-0125-preview", cl100k, 4'096},   // a snapshot of gpt-4-turbo-preview
    Model{"gpt-4-1106-preview", cl100k, 4'096},   // a snapshot of gpt-4-turbo-preview
    Model{"gpt-4o", o200k, 16'384},               // .../gpt-4o
    Model{"gpt-4o-2024-05-13", o200k, 4'096},     // .../gpt-4o, the first snapshot
    Model{"gpt-4o-mini", o200k, 16'384},          // .../gpt-4o-mini
    Model{"chatgpt-4o-latest", o200k, 16'384},    // .../chatgpt-4o-latest
    Model{"gpt-4.1", o200k, 32'768},              // .../gpt-4.1
    Model{"gpt-4.1-mini", o200k, 32'768},         // .../gpt-4.1-mini
    Model{"gpt-4.1-nano", o200k, 32'768},         // .../gpt-4.1-nano
    Model{"gpt-5", o200k, 128'000},               // .../gpt-5
    Model{"gpt-5-mini", o200k, 128'000},          // .../gpt-5-mini
    Model{"gpt-5-nano", o200k, 128'000},          // .../gpt-5-nano
    Model{"gpt-5-pro", o200k, 272'000},           // .../gpt-5-pro
    Model{"gpt-5-chat-latest", o200k, 16'384},    // .../gpt-5-chat-latest
    Model{"gpt-5.1", o200k, 128'000},             // .../gpt-5.1
    Model{"gpt-5.2", o200k, 128'000},             // .../gpt-5.2
    Model{"gpt-5.4", o200k, 128'000},             // .../gpt-5.4
    Model{"gpt-5.4-mini", o200k, 128'000},        // .../gpt-5.4-mini
    Model{"gpt-5.4-nano", o200k, 128'000},        // .../gpt-5.4-nano
    Model{"gpt-5.5", o200k, 128'000},             // .../gpt-5.5
    Model{"gpt-5.6", o200k, 128'000},             // .../gpt-5.6
    Model{"gpt-5.6-sol", o200k, 128'000},         // .../gpt-5.6-sol
    Model{"gpt-5.6-terra", o200k, 128'000},       // .../gpt-5.6-terra
    Model{"gpt-5.6-luna", o200k, 128'000},        // .../gpt-5.6-luna
    Model{"gpt-6-luna", "", 128'000},             // .../gpt-6-luna
    Model{"gpt-6-sol", "", 128'000},              // .../gpt-6-sol
    Model{"gpt-6-astra", "", 128'000},            // .../gpt-6-astra
    Model{"gpt-6.1-sol", "", 128'000},            // .../gpt-6.1-sol
    Model{"gpt-6.1-terra", "", 128'000},          // .../gpt-6.1-terra
    Model{"o1", o200k, 100'000},                  // .../o1
    Model{"o1-mini", o200k, 65'536},              // .../o1-mini
    Model{"o3", o200k, 100'000},                  // .../o3
    Model{"o3-mini", o200k, 100'000},             // .../o3-mini
    Model{"o4-mini", o200k, 100'000},             // .../o4-mini
};

const Model* look_up(std::string_view name) {
  const auto* found = std::ranges::find(models, name, &Model::name);
  return found == models.end() ? nullptr : found;
}

/// Whether `text` has the shape of `form`, where 0 stands for any digit.
bool has_shape(std::string_view text, std::string_view form) {
  return std::ranges::equal(
      text, form, [](char c, char f) { return f == '0' ? c >= '0' && c <= '9' : c == f; });
}

std::string_view without_date(std::string_view name) {
  for (const std::string_view form : {"-0000-00-00", "-0000"}) {
    if (name.size() <= form.size()) continue;
    const auto base = name.size() - form.size();
    if (has_shape(name.substr(base), form)) return name.substr(0, base);
  }
  return name;
}

/// nullptr for an unknown model. Segments before the name do not count.
const Model* find_model(std::string_view model) {
  const auto folded = text::fold_ascii(model);
  std::string_view name(folded);
  if (const auto slash = name.rfind('/'); slash != std::string_view::npos) {
    name.remove_prefix(slash + 1);
  }
  const auto* exact = look_up(name);
  return exact != nullptr ? exact : look_up(without_date(name));
}

}  // namespace

std::optional<std::int64_t> max_output_tokens(std::string_view model) {
  const auto* found = find_model(model);
  if (found == nullptr) return std::nullopt;
  return found->max_output_tokens;
}

std::string_view encoding_of(std::string_view model) {
  const auto* found = find_model(model);
  return found == nullptr ? std::string_view() : found->encoding;
}

}  // namespace sheaf::provider
