// Writes the reply to a batch in the prompt's own format, and spoils it when that is its lot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sheaf/simulate.hpp>

#include "core/exchange.hpp"
#include "format/batch_format.hpp"
#include "simulate/answer_writer.hpp"
#include "simulate/draws.hpp"
#include "simulate/fault_kinds.hpp"
#include "simulate/model_reply.hpp"
#include "simulate/prompt_reader.hpp"
#include "simulate/token_counter.hpp"
#include "task/task.hpp"

namespace sheaf::simulate {

/// What is to be answered, in the order of the keys.
struct BatchAsked {
  Api api = Api::chat;
  ReadBatch batch;
  std::vector<KnownSample> samples;
  std::vector<Asking> askings;
  std::optional<std::int64_t> max_tokens;  ///< 0: there is room for no word.
  std::vector<std::string> stops;
};

struct ReplyText {
  std::string text;  ///< What is new: of a completion without the primed label.
  Ended ended = Ended::by_itself;
  std::string stop = {};           ///< The stop sequence that ended it.
  std::vector<std::string> meant;  ///< As JSON, one for each sample.
  std::optional<ContentFault> fault;
};

/// A fault that does not fit the reply (nothing to swap in a reply of one answer) is left out, and
/// so is one whose reply would meet the cap or a stop: a reply suffers one thing at a time. Borrows
/// the format, the writer and the counter, whose thread is its own.
class ReplyWriter {
 public:
  ReplyWriter(const task::Task& task, const format::BatchFormat& format,
              const AnswerWriter& answers, TokenCounter& counter, const SimulateOptions& options);

  ReplyText write(const BatchAsked& asked) const;

 private:
  std::optional<ReplyText> spoiled(const BatchAsked& asked, ContentFault fault,
                                   const ReplyText& clean,
                                   const std::vector<WrittenAnswer>& answers) const;
  std::optional<ReplyText> cut(ReplyText clean, const BatchAsked& asked) const;
  static ReplyText blocked(const BatchAsked& asked);
  void end(ReplyText& reply, const BatchAsked& asked) const;
  bool ends_by_itself(const ReplyText& reply, const BatchAsked& asked) const;
  std::string as_sent(std::string text, const BatchAsked& asked) const;

  std::string label_;
  const format::BatchFormat& format_;
  const AnswerWriter& answers_;
  TokenCounter& counter_;
  SimulateOptions options_;
  Draws draws_;
};

}  // namespace sheaf::simulate
