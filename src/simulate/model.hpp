// The simulated model without a socket: a request and a time in, a reply and how it arrives out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/simulate.hpp>

#include "core/exchange.hpp"
#include "format/batch_format.hpp"
#include "rows/row.hpp"
#include "simulate/account_limits.hpp"
#include "simulate/answer_writer.hpp"
#include "simulate/bulk.hpp"
#include "simulate/calendar.hpp"
#include "simulate/embeddings.hpp"
#include "simulate/model_request.hpp"
#include "simulate/prefix_cache.hpp"
#include "simulate/prompt_reader.hpp"
#include "simulate/reply_writer.hpp"
#include "simulate/responses.hpp"
#include "simulate/sample_index.hpp"
#include "simulate/tally.hpp"
#include "simulate/token_counter.hpp"
#include "simulate/wire.hpp"
#include "task/task.hpp"

namespace sheaf::simulate {

/// A model that knows one task and its rows, and learns of a request by its bytes alone. What it
/// answers is a function of the seed, the samples' texts, the batch's size, their positions and how
/// often each was asked; only limits and the prompt cache know an order of arrival.
/// Single-threaded.
class Model {
 public:
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  /// Reads all rows. Bad rows, and rows that the task cannot show, are left out and counted. Fails
  /// on options that cannot be, on an unreadable file, and on a voice that no row has.
  static Expected<std::unique_ptr<Model>> create(const task::Task& task, rows::RowSource& rows,
                                                 const SimulateOptions& options);

  /// A model that knows no rows: every sample has a value drawn from the seed and its text, and
  /// memory does not grow with the samples asked. Fails on options that cannot be, a voice among
  /// them, and on a task whose choices stand in its rows.
  static Expected<std::unique_ptr<Model>> create_without_rows(const task::Task& task,
                                                              const SimulateOptions& options);

  /// The moment at which time 0 is, for what providers tell of time; 1970 where nobody says.
  void set_start(CalendarTime start) { start_ = start; }

  /// Answers `request` that arrives at `now`; times never go back. The URL's path decides: POST to
  /// an address of `find_address`, GET /v1/models and /stats.
  SimulatedReply answer(const HttpRequest& request, Time now, const Connections& connections = {});
  /// The reply to a request for `url` whose body is too large to be read.
  SimulatedReply too_large(std::string_view url) const;

  /// What GET /stats says.
  std::string stats_json(Time now, const Connections& connections = {});

 private:
  /// A reply, and the tokens it counts for.
  struct Outcome {
    SimulatedReply reply;
    Usage usage = {};
  };
  /// A batch whose rows are known, or, without rows, whose samples are read; without samples where
  /// nothing is to be said.
  struct Understood {
    ReadBatch batch;
    std::vector<SampleIndex::Number> samples;
    std::vector<std::string> ids;  ///< Without rows: words that stand for theirs.
  };

  static Expected<std::unique_ptr<Model>> make(const task::Task& task,
                                               const SimulateOptions& options);
  Model(const task::Task& task, const SimulateOptions& options,
        std::unique_ptr<TokenCounter> counter);
  Expected<void> load(const task::Task& task, rows::RowSource& rows);
  Expected<void> add(const task::Task& task, const rows::Row& row);

  /// One request to an address of the model.
  struct Visit {
    const Wire& wire;
    const HttpRequest& http;
    std::string_view path;
    Time now{0};
    std::string id;
  };
  /// How many tokens a reply may have, and whether it is the context that bounds it.
  struct Room {
    std::optional<std::int64_t> tokens;
    bool is_context = false;
  };

  SimulatedReply answer_bulk(const Visit& visit, std::string_view tail);
  /// One request of a bulk job: no limits, no transport faults, no delay.
  LineAnswer answer_line(const BulkJob& job, const std::string& body, Time at);
  std::string request_id();
  std::expected<ModelRequest, Refusal> read(const Visit& visit);
  SimulatedReply complete(const Visit& visit);
  SimulatedReply embed(const Visit& visit);
  /// What `limits` make of a request that may take `tokens`.
  SimulatedReply limited(const Visit& visit, AccountLimits& limits, std::int64_t tokens,
                         const std::function<Outcome()>& answered);
  Outcome admitted(const Visit& visit, const ModelRequest& request);
  /// What `served` gives, unless a transport fault comes in place of it or spoils it.
  Outcome delivered(const Visit& visit, const std::function<Outcome()>& served);
  Outcome served(const Visit& visit, const ModelRequest& request, const Understood& understood);
  /// The batch with what is known of its samples; each counts as asked.
  BatchAsked asked_batch(const ModelRequest& request, const Understood& understood);
  ReplyText reply_text(const BatchAsked& asked, const Understood& understood);
  std::expected<Understood, Refusal> understand(const ModelRequest& request) const;
  std::optional<Refusal> refused_key(const Visit& visit) const;
  std::optional<Refusal> too_long(const Wire& wire, const ModelRequest& request) const;
  Room room_of(const Wire& wire, const ModelRequest& request) const;
  CacheUse use_cache(const Visit& visit, const ModelRequest& request);
  std::optional<WireFault> draw_wire_fault(std::string_view body);
  Time writing_time(std::int64_t tokens) const;

  SimulateOptions options_;
  std::unique_ptr<const format::BatchFormat> format_;
  PromptReader reader_;
  AnswerWriter answers_;
  std::unique_ptr<TokenCounter> counter_;
  ReplyWriter replies_;
  Draws draws_;
  SampleIndex index_;
  std::string rows_name_;
  RowCounts rows_;
  bool has_voice_ = false;
  bool has_rows_ = true;
  AccountLimits limits_;
  /// Of requests for vectors, apart: providers count each model by itself.
  AccountLimits embedding_limits_;
  /// By rule: where no option names one, each wire format has its own.
  std::map<SimulatedCache, std::unique_ptr<PrefixCache>> caches_;
  Tally tally_;
  /// How often each body came; kept only where requests may meet a transport fault.
  std::unordered_map<std::uint64_t, std::uint32_t> seen_;
  std::uint64_t replies_sent_ = 0;
  std::uint64_t requests_ = 0;
  CalendarTime start_{};
  Bulk bulk_;
};

}  // namespace sheaf::simulate
