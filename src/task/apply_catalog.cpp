#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "grouping/kind.hpp"
#include "task/presets.hpp"
#include "task/readers.hpp"
#include "task/section.hpp"

namespace sheaf::task {
namespace {

using catalog::Model;

/// Members by which a task asks for a kind of reasoning of its own.
constexpr std::array<std::string_view, 4> reasoning_members{"reasoning_effort", "reasoning",
                                                            "thinking", "output_config"};
/// Room for a reasoning that the task asks for.
constexpr std::int64_t default_reasoning_tokens = 4096;

/// Whether the model is asked at the provider that `model` is of.
bool at_provider_of(const Model& model, const Task& task) {
  if (!task.provider.empty()) return model.provider() == catalog::maker_of_models(task.provider);
  return model.provider() == "openai" &&
         std::ranges::all_of(task.endpoints, [](const EndpointSettings& endpoint) {
           return endpoint.base_url.empty();
         });
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

class Applied {
 public:
  Applied(const Section& top, const TaskOverrides& overrides, const Model& model, Task& task)
      : top_(top), overrides_(overrides), model_(model), task_(task) {}

  void apply() {
    end_of_life();
    price();
    output_cap();
    reasoning();
    parameters();
    cache();
  }

 private:
  void warn(std::string text) { task_.warnings.push_back(model_.name + ' ' + std::move(text)); }

  void end_of_life() {
    if (model_.retires.empty() || task_.today.empty()) return;
    if (model_.retires <= task_.today) warn("ended on " + model_.retires + "; name another model");
  }

  void price() {
    if (task_.price && !is_other_model()) return;
    const bool buys = task_.embeddings && grouping::needs_vectors(task_.batch.grouping);
    if (buys && written("embeddings", "input_per_million") == nullptr) {
      return warn(
          "has a known price, but the vectors have none: no cost is told; add "
          "embeddings.input_per_million");
    }
    auto known = price_list(model_, catalog::Via::live, task_.today);
    if (!known) return;
    task_.price = std::move(known);
    task_.has_own_price = false;
  }

  bool is_other_model() const {
    if (!overrides_.model) return false;
    const auto* name = written("model", "name");
    return name == nullptr || name->text != *overrides_.model;
  }

  void output_cap() {
    const bool chosen = written("model", "output_cap") != nullptr;
    if (!chosen && model_.output_cap) task_.model.output_cap = *model_.output_cap;
  }

  void reasoning() {
    if (!model_.reasoning) return;
    const auto& known = *model_.reasoning;
    reasons_ = std::ranges::any_of(task_.model.parameters, [](const json::Member& member) {
      return std::ranges::find(reasoning_members, member.first) != reasoning_members.end() ||
             (member.first == "generationConfig" &&
              member.second.find("thinkingConfig") != nullptr);
    });
    if (reasons_) {
      if (!has_allowance()) task_.model.reasoning_tokens = default_reasoning_tokens;
      return;
    }
    const auto quiet =
        std::ranges::find(known.quiet, task_.model.api, &std::pair<Api, json::Object>::first);
    if (quiet != known.quiet.end()) task_.model.reasoning = quiet->second;
    reasons_ = !known.off;
    if (known.off) return;
    if (!has_allowance()) task_.model.reasoning_tokens = known.allowance_tokens;
    warn(
        fmt::format("cannot be kept from reasoning: {} tokens are added to the output cap of "
                    "every request for it",
                    task_.model.reasoning_tokens));
  }

  /// The mark that its kind of cache goes by, where the wire format has it.
  void cache() {
    if (!model_.cache) return;
    const auto api = task_.model.api;
    const auto kind = model_.cache->kind;
    if (kind == catalog::CacheKind::cache_control && api == Api::messages) {
      task_.model.cache.mark = CacheMark::cache_control;
    }
    if (kind == catalog::CacheKind::breakpoints && (api == Api::chat || api == Api::responses)) {
      task_.model.cache.mark = CacheMark::breakpoint;
    }
  }

  bool has_allowance() const { return written("model", "reasoning_tokens") != nullptr; }

  /// What the file says under a key of a section; nullptr where it has either not.
  const YamlNode* written(std::string_view section, std::string_view key) const {
    const auto* node = top_.find(section);
    if (node == nullptr) return nullptr;
    const auto found = std::ranges::find(node->entries, key, &YamlEntry::key);
    return found == node->entries.end() ? nullptr : &found->value;
  }

  bool takes(std::string_view name) const {
    if (contains(model_.refused, name) || contains(model_.ignored, name)) return false;
    return !reasons_ || !contains(model_.refused_with_reasoning, name);
  }

  void parameters() {
    std::vector<std::string> left_out;
    if (!takes("temperature")) {
      task_.model.temperature.reset();
      left_out.emplace_back("temperature");
    }
    if (!takes("stop")) task_.model.stops = false;
    std::erase_if(task_.model.parameters, [&](const json::Member& member) {
      if (takes(member.first)) return false;
      if (!contains(left_out, member.first)) left_out.push_back(member.first);
      return true;
    });
    if (left_out.empty()) return;
    warn(fmt::format("does not take {}: not sent", fmt::join(left_out, ", ")));
  }

  const Section& top_;
  const TaskOverrides& overrides_;
  const Model& model_;
  Task& task_;
  bool reasons_ = false;
};

}  // namespace

void apply_catalog(const Section& top, const Checks& checks, const TaskOverrides& overrides,
                   Task& task) {
  task.today = checks.today;
  if (checks.models == nullptr || task.provider == simulated_model ||
      task.provider == file_provider)
    return;
  const auto* known = checks.models->find(task.model_name);
  if (known == nullptr) return;
  task.known = std::shared_ptr<const Model>(checks.models, known);
  task.at_its_provider = at_provider_of(*known, task);
  if (task.at_its_provider && !top.problems().any()) Applied(top, overrides, *known, task).apply();
}

}  // namespace sheaf::task
