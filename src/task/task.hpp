// The task: what is asked. Loaded from YAML, checked once, then immutable.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/task.hpp>

#include "catalog/catalog.hpp"
#include "core/exchange.hpp"
#include "core/json.hpp"
#include "format/batch_format.hpp"
#include "grouping/kind.hpp"
#include "task/template.hpp"

namespace sheaf::task {

enum class AnswerType { choice, number, boolean, text };
enum class Reasoning { none, chain_of_thought, program };
/// What becomes of an answer whose program gives no value.
enum class ProgramFailure {
  repair,  ///< It is a doubt.
  text,    ///< Its text outside the fence is read as an answer without a program.
};
enum class ExemplarLayout { regroup, stable_prefix };
enum class Contract { stated, none };
enum class InstructionRole { system, assistant };

/// The column that holds each row's own list of choices, shown as letters.
struct ChoiceColumn {
  std::string column;
};

/// How an answer is asked for and read.
struct AnswerRule {
  std::string label = "A";
  AnswerType type = AnswerType::text;
  /// Fixed choices, a column of them, or (other types) none.
  std::variant<std::monostate, std::vector<std::string>, ChoiceColumn> choices;
  Reasoning reasoning = Reasoning::none;
  std::string marker = "The answer is";
  /// RE2 with exactly one group, already compiled once for checking.
  std::optional<std::string> pattern;
  std::int64_t max_tokens = 0;  ///< Per answer; default 16, 64 for text, 256 with reasoning.
  ProgramFailure program_failure = ProgramFailure::repair;
  std::int64_t program_steps = 100'000;  ///< What one program may take; 1..10000000.
};

struct SampleField {
  std::string label;
  Template text;
};

/// A worked example: its context as rendered, and its answer as it will be printed after the label
/// (with a chain of thought: "REASONING MARKER VALUE."; a program in its fence). No text in it is
/// escaped: the format does that.
/// Where the exemplar says how it is `printed`, labels and texts are its own.
struct Exemplar {
  format::SampleText sample;
  std::string answer;  ///< The printed text; a letter stands as "(a)".
  /// The value alone, trimmed: a choice in the task's spelling, a letter in lower case, all else
  /// as the exemplar gives it.
  std::string value;
  std::string reasoning;       ///< Trimmed, or the program without blank lines; empty with neither.
  bool prints_answer = false;  ///< `answer` is as the exemplar says that it is printed.
};

/// How a prompt is worded beyond the task: for prompts that others wrote.
struct PromptSettings {
  Contract contract = Contract::stated;
  InstructionRole instruction = InstructionRole::system;  ///< Of chat.
  std::string choices_label = "Answer Choices";           ///< Above a row's own choices.
};

struct BatchSettings {
  int size = 6;  ///< 1..1000
  grouping::Kind grouping = grouping::Kind::sequential;
  std::string format = "labelled";
  ExemplarLayout exemplars = ExemplarLayout::regroup;
  bool constrain = false;  ///< Replies are kept to keyed answers; only of "gguf".
};

/// Limits of one account. Absent: no limit but what headers say.
struct Limits {
  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> tokens_per_minute;
};

/// One account, before the environment is looked at.
struct EndpointSettings {
  /// Checked, without a trailing slash. Empty: the provider's own, which the environment may name
  /// (OPENAI_BASE_URL, AZURE_OPENAI_BASE_URL, AZURE_OPENAI_ENDPOINT); of the simulated model: the
  /// caller's; of a model's file: none.
  std::string base_url;
  std::string key_env;  ///< Name of the key's variable; empty: no key is sent.
  Limits limits;
};

/// Who gives vectors of samples, where a grouping compares them.
struct EmbeddingSettings {
  std::string model_name;  ///< As written, provider segment included.
  EmbeddingSpec model;     ///< As sent; "simulated" wherever the task's model is simulated.
  std::string provider;    ///< As Task::provider.
  EndpointSettings endpoint;
  /// Asked at the first of the task's endpoints, with its key and headers: no address and no key of
  /// their own, and the provider of the task's model. Limits are their own all the same.
  bool at_the_models = false;
  Money price;  ///< Of an input token; counts where the task has prices.
};

struct Task {
  std::string name;
  std::string instruction;  ///< Trimmed; empty only where exemplars stand in its place.
  PromptSettings prompt;
  std::vector<SampleField> sample;
  AnswerRule answer;
  std::vector<Exemplar> exemplars;
  std::optional<std::string> id_column;
  std::optional<std::string> gold_column;
  std::optional<std::string> isolate_column;
  BatchSettings batch;
  std::string model_name;  ///< As written, provider segment included: "openai/gpt-4o-mini".
  ModelSpec model;         ///< As sent.
  /// The name of an encoding, else the path of a tokenizer's file, as written; empty: the model's
  /// own encoding, where the catalog knows it.
  std::string tokenizer;
  /// What the model takes: input and reply together, and reply. Absent: as the catalog knows it.
  std::optional<std::int64_t> context_tokens;
  std::optional<std::int64_t> max_output_tokens;
  /// "openai", "azure", ..., "simulated" (by the name `simulated` without an address of its own),
  /// "gguf", or empty for a name without a known segment.
  std::string provider;
  /// Of "gguf": the model's file, from the working folder. `model.name` tells its contents apart.
  std::string model_file;
  std::map<std::string, std::string> headers;  ///< As written; ${ENV} not yet expanded.
  /// At least one; of the simulated model exactly one, with the limits of all that are listed.
  std::vector<EndpointSettings> endpoints;
  /// Of all endpoints together; absent as soon as one of them has none. With one endpoint, its own.
  Limits limits;
  int concurrency = 64;            ///< Requests in flight, over all endpoints; 1..10000.
  std::optional<PriceList> price;  ///< Absent: no cost can be told.
  bool has_own_price = false;      ///< The file gives it; else it is the catalog's.
  std::shared_ptr<const catalog::Model> known = {};  ///< nullptr: the catalog has no such model.
  /// It is asked at the provider that `known` is of, whose prices and rules hold.
  bool at_its_provider = false;
  std::string today = {};  ///< The day of the catalog's prices: "2026-11-21".
  std::optional<EmbeddingSettings> embeddings;
  json::Object simulated;             ///< Options of the simulated model, checked by it.
  std::string path;                   ///< For messages and relative paths.
  std::vector<std::string> warnings;  ///< Allowed but probably not meant; one sentence each.
};

using Overrides = TaskOverrides;

/// Checks an answer pattern; the error follows the key's name ("has no group; ..."). Handed in,
/// since RE2 belongs to answer/.
using PatternCheck = std::function<std::expected<void, std::string>(const std::string& pattern)>;

/// Checks options of the simulated model, some or all; the error is a sentence. Handed in, since
/// they belong to simulate/.
using OptionsCheck = std::function<std::expected<void, std::string>(const json::Object& options)>;

/// What a model's file tells of it.
struct ModelFile {
  std::string identity;       ///< Changes with the file's contents; of printable ASCII.
  bool has_template = false;  ///< A chat template, so that it answers chats.
  std::int64_t context_tokens = 0;
};

/// Looks at a model's file; the error says all about it. Handed in, since they belong to llama/.
using ModelFileCheck = std::function<Expected<ModelFile>(const std::string& path)>;

/// What another layer has to judge or to know; what is not handed in is not checked, or not known.
struct Checks {
  PatternCheck pattern;
  OptionsCheck simulated = {};
  ModelFileCheck model_file = {};
  std::shared_ptr<const catalog::Catalog> models = {};  ///< None: no model is known.
  std::string today = {};                               ///< "2026-11-21", for dated prices.
};

/// Reads and checks a task file. Unknown, repeated and mistyped keys are refused with
/// "FILE:LINE:COLUMN: ..." and the nearest known key; the first problem is the one told. Exemplars
/// are read and rendered. No message holds a header's value or what could be a key.
Expected<Task> load(const std::string& path, const Checks& checks, const Overrides& overrides = {});
/// The same for text in memory; `path` is for messages and for resolving relative paths.
Expected<Task> parse(const std::string& yaml, const std::string& path, const Checks& checks,
                     const Overrides& overrides = {});

/// The endpoints to call, one for each of `task.endpoints` and in their order; addresses, keys and
/// header values taken from `environment` (name -> value), never stored. Refuses a missing variable
/// of a `${ENV}` header, an address that is none, `azure/` without an address. A missing key is no
/// error: no header is sent. Of the simulated model: an empty endpoint, whose address the caller
/// fills in.
Expected<std::vector<Endpoint>> endpoints(const Task& task,
                                          const std::map<std::string, std::string>& environment);

/// The endpoint that gives vectors, likewise. Precondition: the task has embeddings.
Expected<Endpoint> embeddings_endpoint(const Task& task,
                                       const std::map<std::string, std::string>& environment);

/// All labels that structure a prompt of this task: the sample's, the choices' when rows bring
/// their own lists. The answer label is not among them.
std::vector<std::string> field_labels(const Task& task);
/// The format the task names.
std::unique_ptr<format::BatchFormat> make_format(const Task& task);

/// One row as this task sees it.
struct RenderedRow {
  std::string id;  ///< Empty without an id column: the caller numbers.
  format::SampleText sample;
  std::vector<std::string> choices;  ///< The row's own list; empty unless choices are a column.
  std::optional<std::string> gold;   ///< As written in the row; nullopt when absent or blank.
  std::string isolate;               ///< Text of the isolate column, "" without one.
};

/// Renders a row (an object). The error is the reason alone ("no column 'text' ..."), without file
/// or line, safe to print: an absent column, an empty id, an unreadable list of choices.
std::expected<RenderedRow, std::string> render(const Task& task, const json::Value& fields);

/// Digest of everything that reaches the request bytes save batch composition, and save what only
/// reads the reply: model, parameters, temperature, instruction, labels, exemplars, choices,
/// reasoning, max_tokens, format. Not: name, batch size, grouping and layout,
/// limits, price, type, marker,
/// pattern.
std::string request_identity(const Task& task);
/// Digest of what reads a reply: type, marker, pattern; of programs also their failure and steps.
/// When it alone changed, stored replies are settled again.
std::string reading_identity(const Task& task);

/// "(a) bank (b) library": a row's own list as it is shown.
std::string lettered(const std::vector<std::string>& choices);

}  // namespace sheaf::task
