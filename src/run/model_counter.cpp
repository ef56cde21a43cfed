#include "run/model_counter.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "task/file_text.hpp"
#include "tokens/encodings.hpp"

namespace sheaf::run {
namespace {

/// Those of the largest vocabularies take 33.
constexpr std::size_t most_tokenizer_mib = 128;

using Loaded = Expected<std::shared_ptr<const tokens::Tokenizer>>;

Loaded from_file(const task::Task& task) {
  const auto path = std::filesystem::path(task.path).parent_path() / task.tokenizer;
  std::string reason;
  if (const auto text = task::file_text(path, most_tokenizer_mib)) {
    auto read = tokens::read_tokenizer(*text, path.string());
    if (read) return read;
    reason = std::move(read.error().message);
  } else {
    reason = path.string() + " " + text.error();
  }
  return fail(ErrorCode::usage,
              fmt::format("{}: model.tokenizer: {}; name an encoding ({}) or a "
                          "tokenizer's file",
                          task.path, reason, fmt::join(tokens::encoding_names(), ", ")));
}

}  // namespace

Expected<ModelCounter> model_counter(const task::Task& task, std::string_view encoding) {
  const auto frame = task.model.api == Api::completions ? tokens::Frame{} : tokens::chat_frame;
  const auto names = tokens::encoding_names();
  if (task.tokenizer.empty()) {
    auto known = encoding.empty() ? Loaded() : tokens::encoding(encoding);
    if (!known || !*known) return ModelCounter{};
    return ModelCounter{tokens::Counter(std::move(*known), frame), std::string(encoding)};
  }
  const bool is_name = std::ranges::find(names, task.tokenizer) != names.end();
  auto named = is_name ? tokens::encoding(task.tokenizer) : from_file(task);
  if (!named) return std::unexpected(named.error());
  return ModelCounter{tokens::Counter(std::move(*named), frame), task.tokenizer};
}

}  // namespace sheaf::run
