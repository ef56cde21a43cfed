#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "core/text.hpp"
#include "dataset/upstream.hpp"
#include "task/problems.hpp"
#include "task/section.hpp"
#include "task/yaml_tree.hpp"

namespace sheaf::dataset {
namespace {

using task::Section;
using Name = task::keys::Name;

constexpr std::array<Name, 3> top_keys{"dataset", "method", "metrics"};
constexpr std::array<Name, 4> dataset_keys{"dataset_name", "dataset_split", "dataset_subset_name",
                                           "dataset_key_map"};
constexpr std::array<Name, 3> method_keys{"method_name", "method_config_file_path", "method_args"};
constexpr std::array<Name, 12> argument_keys{"client_name",
                                             "transform",
                                             "extract",
                                             "extraction_regex",
                                             "prompt_file_path",
                                             "max_tokens",
                                             "temperature",
                                             "engine",
                                             "model",
                                             "stop_sequence",
                                             "top_p",
                                             "n"};
constexpr std::array<std::string_view, 6> methods{
    "batch_inference", "batch_inference_chat", "cot", "cot_chat", "standard", "standard_chat"};
constexpr task::Range token_range{1, 1'000'000};
constexpr std::int64_t default_tokens = 512;

/// Letters and digits of the last part of a path, in lower case: "SetFit/sst5", "strategy_qa".
std::string bare_name(std::string_view name) {
  const auto slash = name.rfind('/');
  if (slash != name.npos) name.remove_prefix(slash + 1);
  std::string bare = text::fold_ascii(name);
  std::erase_if(bare, [](char c) { return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')); });
  return bare;
}

/// The words of ".*WORDS (.*).\n?", nullopt for a pattern of another shape.
std::optional<std::string> marker_of(std::string_view pattern) {
  constexpr std::string_view anything = ".*";
  if (pattern.starts_with(anything)) pattern.remove_prefix(anything.size());
  const auto group = pattern.find('(');
  if (group == pattern.npos) return std::nullopt;
  const auto words = text::trim(pattern.substr(0, group));
  const bool is_plain = words.find_first_of("\\[]{}*+?|^$.)") == words.npos;
  return is_plain && !words.empty() ? std::optional(std::string(words)) : std::nullopt;
}

class ConfigReader {
 public:
  ConfigReader(const task::YamlNode& tree, const std::string& path)
      : problems_(path), top_(&tree, {}, "", top_keys, problems_) {
    config_.path = path;
  }

  Expected<UpstreamConfig> read() {
    read_dataset(top_.section("dataset", dataset_keys));
    const Section method = top_.section("method", method_keys);
    read_method(method);
    read_arguments(method.section("method_args", argument_keys));
    read_metrics();
    if (problems_.any()) return std::unexpected(problems_.error());
    return std::move(config_);
  }

 private:
  void read_dataset(const Section& dataset) {
    const auto name = dataset.filled("dataset_name");
    if (!name) return dataset.missing("dataset_name", "the name of one of the paper's sets");
    const auto subset = dataset.text("dataset_subset_name");
    config_.set = find_set(bare_name(*name == "glue" ? subset.value_or("") : *name));
    if (config_.set == nullptr) {
      dataset.refuse(*name == "glue" ? "dataset_subset_name" : "dataset_name",
                     "is none of the paper's ten sets; sheaf import knows no other");
    }
    config_.split = dataset.text("dataset_split").value_or("");
    const auto* map = dataset.find("dataset_key_map");
    if (map != nullptr && map->kind != task::YamlNode::Kind::mapping) {
      dataset.refuse("dataset_key_map", "must hold keys");
    }
  }

  void read_method(const Section& method) {
    const auto name = method.filled("method_name");
    if (!name) return method.missing("method_name", "batch_inference, cot, ...");
    if (std::ranges::find(methods, *name) == methods.end()) {
      return method.refuse_word("method_name", *name, {methods.begin(), methods.end()});
    }
    config_.method = *name;
    config_.chat = name->ends_with("_chat");
    config_.batched = name->starts_with("batch_inference");
    if (method.text("method_config_file_path")) {
      config_.unlike.emplace_back("method_config_file_path, whose file is not read");
    }
  }

  void read_arguments(const Section& arguments) {
    config_.pattern = arguments.text("extraction_regex");
    if (config_.pattern) config_.marker = marker_of(*config_.pattern);
    config_.max_tokens = arguments.whole("max_tokens", token_range).value_or(default_tokens);
    config_.temperature = arguments.text("temperature").value_or("0");
    config_.engine = arguments.text("engine").value_or(arguments.text("model").value_or(""));
    if (config_.engine.empty()) arguments.missing("engine", "the model's name");
    config_.stop = arguments.text("stop_sequence");
    for (const char* key : {"top_p", "n"}) {
      const auto value = arguments.text(key);
      if (value && *value != "1") config_.unlike.push_back(fmt::format("{}: {}", key, *value));
    }
    find_prompt(arguments);
  }

  void find_prompt(const Section& arguments) {
    const auto written = arguments.filled("prompt_file_path");
    if (!written) return arguments.missing("prompt_file_path", "the path of the prompt file");
    std::error_code ignored;
    auto folder = std::filesystem::absolute(config_.path, ignored).parent_path();
    while (true) {
      for (const auto& place : {folder / *written, folder / "hub" / *written}) {
        if (!std::filesystem::is_regular_file(place, ignored)) continue;
        config_.prompt_path = place.lexically_normal().string();
        return;
      }
      if (folder == folder.parent_path()) break;
      folder = folder.parent_path();
    }
    arguments.refuse("prompt_file_path",
                     fmt::format("names {}, which is neither beside this file nor in a folder "
                                 "above it or the folder hub there",
                                 task::shown_value(*written)));
  }

  void read_metrics() {
    const auto* metrics = top_.find("metrics");
    if (metrics == nullptr) return;
    for (const auto& item : metrics->items) {
      if (item.text == "exact_match") continue;
      config_.unlike.push_back(
          fmt::format("the metric {}: exact match is scored", text::display_safe(item.text, 60)));
    }
  }

  task::Problems problems_;
  Section top_;
  UpstreamConfig config_;
};

}  // namespace

Expected<UpstreamConfig> read_upstream_config(const std::string& yaml, const std::string& path) {
  const auto tree = task::parse_yaml(yaml);
  task::Problems problems(path);
  if (!tree) {
    problems.add(tree.error().at, tree.error().reason);
    return std::unexpected(problems.error());
  }
  if (tree->kind != task::YamlNode::Kind::mapping) {
    problems.add(tree->at,
                 "this is no experiment configuration; its keys are dataset, method and "
                 "metrics");
    return std::unexpected(problems.error());
  }
  return ConfigReader(*tree, path).read();
}

}  // namespace sheaf::dataset
