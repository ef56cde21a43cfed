// Experiment configurations and prompt files as the paper's own repository lays them out, read into
// a task of sheaf.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sheaf/error.hpp>

#include "dataset/sets.hpp"
#include "format/batch_format.hpp"

namespace sheaf::dataset {

/// What a configuration says, as far as a task can say it.
struct UpstreamConfig {
  std::string path;
  const Set* set = nullptr;
  std::string split;
  std::string method;  ///< "batch_inference", "batch_inference_chat", "cot", ...
  bool chat = false;
  bool batched = false;
  std::optional<std::string> pattern;  ///< The extraction pattern as written.
  std::optional<std::string> marker;   ///< The words before its group; nullopt where it has others.
  std::string prompt_path;             ///< As found.
  std::int64_t max_tokens = 0;         ///< Of a whole reply.
  std::string temperature;
  std::string engine;
  std::optional<std::string> stop;
  std::vector<std::string> unlike;  ///< What a task cannot say; a sentence fragment each.
};

/// Reads `yaml`. The prompt file is looked for beside the configuration, and in each folder above
/// it and its `hub`. Errors: "FILE:LINE:COLUMN: ...".
Expected<UpstreamConfig> read_upstream_config(const std::string& yaml, const std::string& path);

/// The labels by which the prompts of a set are laid out.
struct Family {
  std::vector<std::string> fields;  ///< "Q", "Answer Choices"; or "Premise", "Hypothesis".
  std::string answer;               ///< "A", "Answer".
  bool has_choices = false;
};
Family family_of(const Set& set);

/// One exemplar as the file writes it.
struct UpstreamExemplar {
  std::vector<format::Field> fields;  ///< Labels as written, without key.
  std::string answer;
  int line = 0;         ///< Of its first field.
  int answer_line = 0;  ///< Of its answer.
};

struct UpstreamPrompt {
  std::string text;  ///< The file, stripped at the right.
  std::string system;
  std::string instruction;
  int size = 1;          ///< Of its groups; the last may be shorter.
  bool indexed = false;  ///< Labels carry keys.
  std::vector<UpstreamExemplar> exemplars;
};

/// Reads a prompt file: paragraphs parted by blank lines, perhaps a `System:` paragraph and an
/// instruction first, then groups. `path` is for messages. Errors: "FILE:LINE:COLUMN: ...": a line
/// without a label, keys out of order, as many answers as samples not there, groups of unequal
/// size.
Expected<UpstreamPrompt> read_upstream_prompt(std::string_view text, const std::string& path,
                                              const Family& family);

/// What became of something in which the original differs from a task of sheaf.
struct UpstreamNote {
  enum class Kind { kept, repaired, not_reproduced };
  Kind kind = Kind::repaired;
  std::string what;
};

/// A task file and its exemplars, ready to write.
struct UpstreamTask {
  std::string yaml;
  std::string exemplars;  ///< JSON Lines.
  std::vector<UpstreamNote> notes;
};

/// `as_is` keeps the original's defects where a task can say them. `exemplars_name` is the path of
/// the exemplars as the task file names it. Error: an exemplar whose answer cannot be read.
Expected<UpstreamTask> make_upstream_task(const UpstreamConfig& config,
                                          const UpstreamPrompt& prompt, bool as_is,
                                          const std::string& exemplars_name);

}  // namespace sheaf::dataset
