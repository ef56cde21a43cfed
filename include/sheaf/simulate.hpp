// The simulated model: a program that answers over HTTP in place of a model. Nothing it prints says
// anything about a real one. See docs/simulated-model.md.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/task.hpp>

namespace sheaf {

/// What the simulated model counts tokens by: a quarter of the bytes, or one of OpenAI's encodings.
enum class SimulatedTokens { bytes, o200k_base, cl100k_base };

/// Whose chat completions the simulated model speaks.
enum class SimulatedDialect { openai, mistral };

/// By which rule the simulated model keeps prompts.
enum class SimulatedCache {
  none,
  openai_automatic,    ///< Every prompt, in steps of 128 tokens; writing is free.
  openai_breakpoints,  ///< Up to `prompt_cache_breakpoint`s; writing is charged.
  anthropic,           ///< Up to `cache_control` blocks; writing is charged.
};

/// How the simulated model behaves. As it stands it answers every sample rightly and at once, and
/// knows no limit. A rate is a share from 0 to 1.
struct SimulateOptions {
  std::uint64_t seed = 0;

  double accuracy = 1;  ///< Share of answers that are right.
  /// In place of `accuracy`, from this batch size on.
  std::map<int, double> accuracy_by_size;
  /// What the accuracy is multiplied by at each position, from 1 (the last holds for all further
  /// ones); or one number that is added for each position after the first.
  std::variant<double, std::vector<double>> accuracy_by_position = 0.0;
  /// Dotted path of the column whose text it says, or several with commas between, of which it says
  /// one as right as the accuracy asks; empty: words of its own.
  std::string voice;
  bool nonce = false;  ///< Each answer carries a word made from its row's id.

  /// An encoding is refused when the model is made by a build that does not hold its rank table.
  SimulatedTokens tokens = SimulatedTokens::bytes;

  SimulatedDialect dialect = SimulatedDialect::openai;
  /// It refuses what reasoning models refuse: sampling, `stop`, and `max_tokens` in chat.
  bool reasoning_model = false;
  std::int64_t reasoning_tokens = 0;  ///< Billed for each reply, inside its cap.

  std::optional<SimulatedCache> cache;  ///< None: that of the wire format's provider.
  std::int64_t cache_minimum = 1024;    ///< Tokens below which no prefix is kept.
  /// Seconds that every prefix is kept; none: as the rule or the request says.
  std::optional<std::int64_t> cache_lifetime_s;

  double first_token_ms = 0;
  double tokens_per_second = 0;  ///< 0: all at once.

  std::optional<std::int64_t> requests_per_minute;
  std::optional<std::int64_t> tokens_per_minute;
  std::optional<std::int64_t> concurrency;  ///< Requests in flight; one more gets a 429.
  std::optional<std::int64_t> context_tokens;
  std::optional<std::int64_t> max_output_tokens;
  std::string key;  ///< Empty: none is asked for. Never shown.

  /// The rate of each content fault that has none of its own; `mislabel` and `block` are apart.
  double content_faults = 0;
  std::optional<double> drop, swap, duplicate, conflict, renumber, preamble, echo, multi_line, cut,
      refuse, prose, mislabel, block;
  /// The rate of each transport fault that has none of its own.
  double transport_faults = 0;
  std::optional<double> http_429, http_500, http_503, stall, reset, html, half_json;
  std::int64_t stall_ms = 2000;  ///< Silence in the middle of a reply before it breaks off.

  std::int64_t bulk_delay_ms = 0;  ///< From a bulk job's creation until it has ended.
  double bulk_errors = 0;          ///< Share of a job's requests that fail with a server error.
  double bulk_expired = 0;         ///< Share of them that were not answered in time.
  /// Share of jobs that are accepted although the connection breaks before that is told.
  double bulk_accept_then_drop = 0;

  bool sample_stats = true;  ///< `/stats` lists what was answered to each sample.
};

/// One line of the table of options. The names are those of SimulateOptions' members.
struct SimulateOption {
  std::string_view name;
  std::string_view form;           ///< What may be written: "rate", "whole number", ...
  std::string_view default_value;  ///< As it would be written; empty: none.
  std::string_view help;           ///< One sentence without a full stop.
};

/// All options, in the order in which they are documented.
std::span<const SimulateOption> simulate_options();

/// Sets the option `name` (`-` counts as `_`) from text: "0.03", "true", "1:0.95,6:0.9". An unknown
/// name is refused, and the nearest known one named; so is a value out of its range.
Expected<void> set_simulate_option(SimulateOptions& options, std::string_view name,
                                   std::string_view text);

/// What no option can tell by itself: at most one fault may befall a reply, one a request and one a
/// bulk job's request, so the rates of each kind add up to at most 1.
Expected<void> check_simulate_options(const SimulateOptions& options);

namespace simulate {
class Server;
}

struct ServeOptions {
  /// A file, not "-": the model looks samples up in it. Empty: it knows no rows, and draws each
  /// sample's answer from the seed and the sample's text.
  std::string rows;
  int port = 0;  ///< On 127.0.0.1; 0 takes a free one.
  /// Options by name, as `set_simulate_option` reads them; they win over the task's section.
  std::map<std::string, std::string> simulated;
};

/// A running simulated model on loopback, with a thread of its own. Movable; stops when destroyed.
/// Its functions may be called from any thread.
class SimulatedServer {
 public:
  /// Reads the rows, then listens. ErrorCode::usage: options, rows or a port that is taken.
  static Expected<SimulatedServer> start(const Task& task, const ServeOptions& options);

  SimulatedServer(SimulatedServer&&) noexcept;
  SimulatedServer& operator=(SimulatedServer&&) noexcept;
  ~SimulatedServer();

  int port() const;
  /// "http://127.0.0.1:PORT/v1"
  std::string base_url() const;
  /// What GET /stats answers.
  std::string stats_json() const;
  void stop();

 private:
  explicit SimulatedServer(std::unique_ptr<simulate::Server> server);
  std::unique_ptr<simulate::Server> server_;
};

}  // namespace sheaf
