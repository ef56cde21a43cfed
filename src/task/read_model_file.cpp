#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "task/presets.hpp"
#include "task/readers.hpp"

namespace sheaf::task {
namespace {

/// What prompts get where the task says nothing: more takes memory, and time to attend to.
constexpr std::int64_t default_context = 4096;

bool is_spoken(Api api) { return api == Api::chat || api == Api::completions; }

class OfFile {
 public:
  OfFile(const Section& model, const TaskOverrides& overrides, Task& task)
      : model_(model), overrides_(overrides), task_(task) {}

  void apply(const ModelFile& file) {
    task_.model.name = file.identity;
    api(file);
    context(file);
    account();
    refuse_what_servers_take();
  }

  void refuse(const std::string& why) const {
    if (!overrides_.model) return model_.refuse("name", fmt::format("names no model: {}", why));
    model_.problems().add_bare("--model: " + why);
  }

 private:
  /// What a task says is for the model that it names.
  bool is_written(std::string_view key) const {
    return !overrides_.model && model_.find(key) != nullptr;
  }

  void api(const ModelFile& file) {
    const auto own = file.has_template ? Api::chat : Api::completions;
    auto& api = task_.model.api;
    const bool fits = api == Api::completions || (api == Api::chat && file.has_template);
    if (model_.find("api") != nullptr && fits) return;
    if (is_written("api")) {
      model_.refuse("api", is_spoken(api)
                               ? "is chat, and the model's file has no chat template that "
                                 "llama.cpp knows; write completions, or leave it out"
                               : "is none that a model of a GGUF file answers; write chat or "
                                 "completions, or leave it out");
    }
    api = own;
  }

  void context(const ModelFile& file) {
    if (overrides_.model) task_.context_tokens.reset();
    if (!task_.context_tokens) {
      task_.context_tokens = std::min(file.context_tokens, default_context);
    } else if (*task_.context_tokens > file.context_tokens) {
      model_.refuse("context_tokens",
                    fmt::format("is more than the {} tokens that the model was made for; write "
                                "at most that",
                                file.context_tokens));
    }
  }

  void account() {
    if (overrides_.base_url) {
      model_.problems().add_bare(
          "--base-url is an address, and the model is a file of this machine; leave one of them "
          "out");
    }
    const Limits limits{overrides_.requests_per_minute, overrides_.tokens_per_minute};
    task_.endpoints = {{"", "", limits}};
    task_.limits = limits;
    if (!overrides_.model) return;
    task_.price.reset();
    task_.has_own_price = false;
  }

  void refuse_what_servers_take() const {
    if (is_written("tokenizer")) {
      model_.refuse("tokenizer", "is not asked: a model's file has its own; leave it out");
    }
    if (is_written("headers")) {
      model_.refuse("headers", "would be sent to no server: the model is a file; leave them out");
    }
  }

  const Section& model_;
  const TaskOverrides& overrides_;
  Task& task_;
};

}  // namespace

void apply_model_file(const Section& model, const Checks& checks, const TaskOverrides& overrides,
                      Task& task) {
  if (task.provider != file_provider) return;
  auto path = std::filesystem::path(task.model.name);
  if (!overrides.model) path = std::filesystem::path(task.path).parent_path() / path;
  task.model_file = path.string();
  OfFile of_file(model, overrides, task);
  if (!checks.model_file) return;
  const auto file = checks.model_file(task.model_file);
  if (!file) return of_file.refuse(file.error().message);
  of_file.apply(*file);
}

}  // namespace sheaf::task
