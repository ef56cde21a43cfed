#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include <sheaf/import.hpp>
#include <sheaf/task.hpp>

#include "core/text.hpp"
#include "dataset/upstream.hpp"
#include "prompt/prompt_builder.hpp"
#include "rows/sink.hpp"
#include "task/file_text.hpp"
#include "task/task.hpp"

namespace sheaf {
namespace {

Expected<std::string> read_text(const std::string& path) {
  auto content = task::file_text(path);
  if (content) return std::move(*content);
  return fail(ErrorCode::usage,
              fmt::format("{} {}", text::display_safe(path, 400), content.error()));
}

Expected<void> write_new(const std::string& path, std::string_view content) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    return fail(ErrorCode::usage, fmt::format("{} exists and is not replaced; choose another name",
                                              text::display_safe(path, 400)));
  }
  auto sink = rows::ResultSink::create(path);
  if (!sink) return std::unexpected(std::move(sink.error()));
  if (content.ends_with('\n')) content.remove_suffix(1);
  if (auto done = sink->write(content); !done) return done;
  return sink->finish();
}

/// Of completions: whether what stands before the samples is the file, and a blank line.
std::optional<bool> begins_with(const task::Task& task, const std::string& file) {
  if (task.model.api != Api::completions) return std::nullopt;
  const auto format = task::make_format(task);
  prompt::PromptBuilder builder(task, *format);
  return builder.prefix(task.batch.size).front().text == file + "\n\n";
}

void sort_notes(const std::vector<dataset::UpstreamNote>& notes, UpstreamSummary& summary) {
  for (const auto& note : notes) {
    using Kind = dataset::UpstreamNote::Kind;
    auto& list = note.kind == Kind::kept       ? summary.kept
                 : note.kind == Kind::repaired ? summary.repaired
                                               : summary.not_reproduced;
    list.push_back(note.what);
  }
}

}  // namespace

Expected<UpstreamSummary> import_upstream(const UpstreamOptions& options) {
  const auto yaml = read_text(options.config);
  if (!yaml) return std::unexpected(yaml.error());
  const auto config = dataset::read_upstream_config(*yaml, options.config);
  if (!config) return std::unexpected(config.error());
  const auto file = read_text(config->prompt_path);
  if (!file) return std::unexpected(file.error());
  const auto prompt =
      dataset::read_upstream_prompt(*file, config->prompt_path, dataset::family_of(*config->set));
  if (!prompt) return std::unexpected(prompt.error());

  UpstreamSummary summary;
  const std::filesystem::path output(options.output);
  const std::string name = output.stem().string() + ".exemplars.jsonl";
  summary.exemplars = (output.parent_path() / name).string();
  const auto made = dataset::make_upstream_task(*config, *prompt, options.as_is, name);
  if (!made) return std::unexpected(made.error());
  if (auto done = write_new(summary.exemplars, made->exemplars); !done) {
    return std::unexpected(std::move(done.error()));
  }
  const auto task = Task::parse(made->yaml, options.output);
  auto done = task ? write_new(options.output, made->yaml) : std::unexpected(task.error());
  if (!done) {
    std::error_code ignored;
    std::filesystem::remove(summary.exemplars, ignored);
    return std::unexpected(std::move(done.error()));
  }
  summary.begins_with_file = begins_with(*task->internal(), prompt->text);
  sort_notes(made->notes, summary);
  return summary;
}

}  // namespace sheaf
