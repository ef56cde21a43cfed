// Buys vectors of texts: by the same limits, retries, budget, commits and stops as completions.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sheaf/error.hpp>
#include <sheaf/run.hpp>

#include "core/exchange.hpp"
#include "core/hash.hpp"
#include "dispatch/dispatcher.hpp"
#include "provider/provider.hpp"
#include "run/budget.hpp"
#include "run/sender.hpp"
#include "run/tally.hpp"
#include "run/text_requests.hpp"
#include "store/checkpoint.hpp"
#include "task/task.hpp"
#include "tokens/estimator.hpp"

namespace sheaf::run {

/// What buying vectors borrows; all of it outlives the embedder.
struct EmbedderParts {
  const task::Task& task;  ///< Has `embeddings`.
  const provider::Embeddings& provider;
  store::Checkpoint& store;
  dispatch::Dispatch& dispatch;  ///< Of the embeddings endpoint alone.
  Budget& budget;
  Tally& tally;
  /// Wall clock in milliseconds, for the checkpoint alone.
  std::function<std::int64_t()> unix_ms;
  /// Called about twenty times a second; may be empty.
  std::function<void()> report;
};

/// A server that takes less of a text than `most_text_bytes` gets half, and half again, while this
/// many bytes are left.
inline constexpr std::int64_t least_text_bytes = 250;

/// Whether a run of the task asks an endpoint for vectors.
bool buys_vectors(const task::Task& task);

/// What the checkpoint knows a vector by.
Fingerprint vector_key(const EmbeddingSpec& model, std::string_view text);

/// The caller's thread; single use.
class Embedder {
 public:
  Embedder(EmbedderParts parts, const RunOptions& options);

  /// A vector for each text, in their order: the checkpoint's, and for the others, once for all
  /// equal ones, from the endpoint. Zero for a blank text, and for one that the endpoint refuses
  /// although it took others. An Error is why the run stops; what had come by then is committed.
  /// `texts` are valid UTF-8.
  Expected<TextVectors> vectors(std::span<const std::string> texts);
  /// Requests that were to be bought and their tokens, as estimated before the first of them.
  const VectorsBill& planned() const { return planned_; }

 private:
  struct Text {
    std::string_view text;
    Fingerprint key;
    std::vector<float> vector;  ///< Empty until it is there.
  };
  /// Texts that are asked for together, by their places in `texts_`.
  struct Group {
    std::vector<std::size_t> texts;
    std::int64_t most_bytes = most_text_bytes;  ///< Of each.
  };
  struct Request {
    Group group;
    Outgoing outgoing;  ///< The sender's once it is begun.
    std::int64_t bytes = 0;
  };

  void gather(std::span<const std::string> texts);
  Expected<void> take_stored();
  void plan();
  Expected<void> buy();
  bool finished() const;
  Expected<void> step();
  Expected<void> launch();
  Request make_request(Group group) const;
  Expected<void> take_ends(Time wait);
  Expected<void> handle(dispatch::AttemptEnd end);
  /// Why vectors that came are not those of its texts; nullopt when they are.
  std::optional<Fault> fault_of(const Request& request, const Completion& completion) const;
  Expected<void> keep(const Request& request, const Ended& ended, const Completion& completion);
  void give_up(Request request, const Fault& fault, bool is_service_down);
  TextVectors result() const;

  EmbedderParts parts_;
  const RunOptions& options_;
  Sender sender_;
  tokens::Estimator estimator_;
  std::vector<Text> texts_;           ///< Distinct, not blank.
  std::vector<std::size_t> text_of_;  ///< By row; `no_text` for a blank one.
  std::size_t dimensions_ = 0;        ///< 0 until the first vector is there.
  std::deque<Group> waiting_;
  VectorsBill planned_;
  std::optional<Request> held_;                            ///< Does not fit the budget now.
  std::unordered_map<dispatch::JobId, Request> requests_;  ///< Begun; a stop's unsent ones stay.
  std::size_t refused_ = 0;                                ///< Texts that stay without a vector.
  std::string refusal_;                                    ///< Why the first of them does.
};

}  // namespace sheaf::run
