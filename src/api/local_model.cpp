#include "api/local_model.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "llama/local_model.hpp"
#include "task/presets.hpp"

namespace sheaf::api {

bool is_local(const task::Task& task) { return task.provider == task::file_provider; }

Expected<task::ModelFile> look_at_model(const std::string& path) {
  auto facts = llama::look_at(path);
  if (!facts) return std::unexpected(facts.error());
  return task::ModelFile{std::move(facts->identity), facts->has_template, facts->context_tokens};
}

Expected<run::ModelCounter> local_counter(const task::Task& task) {
  auto read = llama::read_tokenizer(task.model_file);
  if (!read) return std::unexpected(read.error());
  const auto frame = task.model.api == Api::completions
                         ? tokens::Frame{.message = 0, .reply = read->begins_texts ? 1 : 0}
                         : tokens::chat_frame;
  return run::ModelCounter{tokens::Counter(std::move(read->tokenizer), frame), task.model_name};
}

Expected<std::unique_ptr<transport::Transport>> local_transport(const task::Task& task) {
  constexpr std::int64_t most = std::numeric_limits<int>::max();
  return llama::open_local(task.model_file,
                           {.concurrency = task.concurrency,
                            .context = static_cast<int>(std::min(*task.context_tokens, most))});
}

}  // namespace sheaf::api
